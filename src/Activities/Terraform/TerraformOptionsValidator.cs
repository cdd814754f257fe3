using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Pao.Activities.GitHub;
using Pao.Activities.Secrets.Stores;

namespace Pao.Activities.Terraform;

/// <summary>Says of every wrong key where it is and what it should be. Whether secrets are there is found out when they are needed.</summary>
internal sealed partial class TerraformOptionsValidator : IValidateOptions<TerraformOptions>
{
    /// <summary>In the name of a workspace: the name of the folder that a file is in.</summary>
    public const string FolderPart = "{folder}";

    private static readonly string[] BlockTypes =
    [
        "module", "output", "variable", "locals", "moved", "removed", "import", "check", "resource", "data", "ephemeral", "provider", "terraform",
    ];

    public ValidateOptionsResult Validate(string? name, TerraformOptions options)
    {
        var problems = options.Mappings.SelectMany(mapping => Problems($"{TerraformOptions.Section}:Mappings:{mapping.Key}", mapping.Key, mapping.Value)).ToList();
        return problems.Count is 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(string path, string name, TerraformMappingOptions mapping)
    {
        if (!NamePattern().IsMatch(name))
            yield return $"{path}: the name of a mapping has letters, digits, '.', '_' and '-' only.";
        if (mapping.Local is null == mapping.Repository is null)
            yield return $"{path} must have either a Repository, such as acme/infrastructure, or a Local folder.";
        if (mapping.Repository is { } repository && GitHubRepository.Parse(repository) is null)
            yield return $"{path}:Repository is '{repository}'; it must be owner/name, such as acme/infrastructure.";
        if (!BranchPattern().IsMatch(mapping.Branch) || mapping.Branch.Contains("..", StringComparison.Ordinal))
            yield return $"{path}:Branch is '{mapping.Branch}'; it must be the name of a branch, such as main.";
        if (mapping.Folder.Trim('/').Length > 0 && !FolderPattern().IsMatch(mapping.Folder.Trim('/')))
            yield return $"{path}:Folder is '{mapping.Folder}'; it must be a folder of the repository, such as environments/prod, where no part begins with a dot.";
        foreach (var problem in Content($"{path}:Content", mapping.Content))
            yield return problem;
        foreach (var problem in Cloud($"{path}:TerraformCloud", mapping))
            yield return problem;
        foreach (var problem in Local($"{path}:Local", mapping))
            yield return problem;
    }

    private static IEnumerable<string> Content(string path, TerraformContentOptions content)
    {
        foreach (var block in content.AllowedBlocks.Where(block => !BlockTypes.Contains(block)))
            yield return $"{path}:Blocks has '{block}'; there are {string.Join(", ", BlockTypes)}.";
        foreach (var source in content.ModuleSources.Where(source => !SourcePattern().IsMatch(source)))
            yield return $"{path}:ModuleSources has '{source}'; it must be the beginning of a module's source, such as app.terraform.io/acme or ./modules.";
        foreach (var type in content.Resources.Where(type => !ResourcePattern().IsMatch(type)))
            yield return $"{path}:Resources has '{type}'; it must be a type, such as terraform_data or aws_s3_*.";
    }

    private static IEnumerable<string> Cloud(string path, TerraformMappingOptions mapping)
    {
        if (mapping.TerraformCloud is not { } cloud)
            yield break;
        if (mapping.Local is not null)
            yield return $"{path} does not go with Local: a folder of this machine is applied on it.";

        foreach (var problem in Annotated(path, cloud))
            yield return problem;
        if (cloud.Address is not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" })
            yield return $"{path}:Address is '{cloud.Address}'; it must be an http or https address without user, query and fragment, such as https://app.terraform.io.";
        if (cloud.Organization is { } organization && !WordPattern().IsMatch(organization))
            yield return $"{path}:Organization is '{organization}'; it has letters, digits, '_' and '-' only.";
        if (cloud.Workspace is { } workspace && !WordPattern().IsMatch(workspace.Replace(FolderPart, "", StringComparison.Ordinal) is { Length: > 0 } rest ? rest : "x"))
            yield return $"{path}:Workspace is '{workspace}'; it has letters, digits, '_' and '-', and may have {FolderPart}.";
        if (cloud is { CreateWorkspaces: true, Source: TerraformRunSource.Vcs })
            yield return $"{path}:CreateWorkspaces goes with Source Upload only: a new workspace is connected with no repository.";
        if (cloud.Project is { } project && !WordPattern().IsMatch(project))
            yield return $"{path}:Project is '{project}'; it must be the id of a project, such as prj-AbC123.";
        if (cloud.Token is { } token && SecretReference.Parse(token) is null)
            yield return $"{path}:Token is no name of a secret: terraform-token, or store.path#key.";
        if (cloud.WebhookSecret is { } secret && SecretReference.Parse(secret) is not { Store: null })
            yield return $"{path}:WebhookSecret is '{secret}'; it must be the name of a secret below Pao:Secrets: letters, digits, '.', '_' and '-'.";
    }

    private static IEnumerable<string> Local(string path, TerraformMappingOptions mapping)
    {
        if (mapping.Local is not { } local)
            yield break;
        if (mapping.Delivery is TerraformDelivery.PullRequest)
            yield return $"{path} does not go with Delivery PullRequest: nobody proposes changes to a folder of this machine.";

        foreach (var problem in Annotated(path, local))
            yield return problem;
        if (local.Folder is { } folder && !Path.IsPathFullyQualified(folder))
            yield return $"{path}:Folder is '{folder}'; it must be a whole path.";
        foreach (var variable in local.Environment.Where(variable => !VariablePattern().IsMatch(variable)))
            yield return $"{path}:Environment has '{variable}', which is no name of an environment variable.";
    }

    private static IEnumerable<string> Annotated(string path, object options)
    {
        var invalid = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), invalid, validateAllProperties: true);
        return invalid.Select(result => $"{path}:{string.Join(", ", result.MemberNames)}: {result.ErrorMessage}");
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}\z", RegexOptions.NonBacktracking)]
    private static partial Regex BranchPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex FolderPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,90}\z", RegexOptions.NonBacktracking)]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"^[!$&-~]{3,500}\z", RegexOptions.NonBacktracking)]
    private static partial Regex SourcePattern();

    [GeneratedRegex(@"^[a-z][a-z0-9_*-]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex ResourcePattern();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex VariablePattern();
}
