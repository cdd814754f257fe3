using System.Text.RegularExpressions;
using Pao.Activities.GitHub;

namespace Pao.Activities.Terraform;

/// <summary>One configured place for files.</summary>
internal sealed partial record TerraformMapping(string Name, TerraformMappingOptions Options)
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

    /// <summary>Whether each folder has a workspace of its own.</summary>
    public bool HasWorkspacePerFolder => Cloud?.Workspace?.Contains(TerraformOptionsValidator.FolderPart, StringComparison.Ordinal) is true;

    /// <summary>The workspace for a file.</summary>
    /// <exception cref="ActionFailedException">It is named by the file's folder, and that cannot be one of a workspace's name.</exception>
    public string WorkspaceOf(TerraformFile file)
    {
        var name = Cloud?.Workspace ?? "";
        if (!HasWorkspacePerFolder)
            return name;

        // Two folders never have one workspace: what is of the one would be destroyed for the other.
        var parts = file.Folder.Split('/');
        return parts.All(part => FolderPattern().IsMatch(part))
            ? name.Replace(TerraformOptionsValidator.FolderPart, string.Join("--", parts), StringComparison.Ordinal)
            : throw ActionFailure.Invalid(
                $"'filename' is '{file.Path}', and the workspaces of {ConfigurationPath} are named by the folder of a file: put it into one of letters, digits, '_' and single '-'.");
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex FolderPattern();
}
