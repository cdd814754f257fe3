using Pao.Activities.GitHub;

namespace Pao.Activities.Terraform;

/// <summary>One configured place for files.</summary>
internal sealed record TerraformMapping(string Name, TerraformMappingOptions Options)
{
    public string ConfigurationPath => $"{TerraformOptions.Section}:Mappings:{Name}";

    /// <exception cref="InvalidOperationException">It is a folder of this machine.</exception>
    public GitHubRepository Repository =>
        GitHubRepository.Parse(Options.Repository ?? "") ?? throw new InvalidOperationException($"'{Name}' has no repository.");

    public TerraformCloudOptions? Cloud => Options.TerraformCloud;

    /// <summary>The mapping's folder, without slashes at its ends.</summary>
    public string Folder => Options.Folder.Trim('/');

    /// <summary>A path of the repository, by its path below the mapping's folder.</summary>
    public string InRepository(string path) => Folder.Length is 0 ? path : path.Length is 0 ? Folder : $"{Folder}/{path}";

    /// <summary>The workspace for a file.</summary>
    /// <exception cref="ActionFailedException">Its name is that of the file's folder, and the file is in none.</exception>
    public string WorkspaceOf(TerraformFile file)
    {
        const string part = TerraformOptionsValidator.FolderPart;
        var name = Cloud?.Workspace ?? "";
        if (!name.Contains(part, StringComparison.Ordinal))
            return name;

        return file.Folder.Length > 0
            ? name.Replace(part, file.Folder.Split('/')[^1], StringComparison.Ordinal)
            : throw ActionFailure.Invalid($"'filename' is '{file.Path}', and the workspaces of {ConfigurationPath} are named by the folder of a file: put it into one.");
    }
}
