using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets.Stores;

namespace Pao.Activities.GitHub;

/// <summary>Says of every wrong key where it is and what it should be. Whether secrets are there is found out when they are needed.</summary>
internal sealed partial class GitHubOptionsValidator : IValidateOptions<GitHubOptions>
{
    public ValidateOptionsResult Validate(string? name, GitHubOptions options)
    {
        var problems = options.Owners
            .SelectMany(owner => Problems($"{GitHubOptions.Section}:Owners:{owner.Key}", owner.Key, owner.Value)).ToList();
        return problems.Count is 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(string path, string name, GitHubOwnerOptions owner)
    {
        if (!LoginPattern().IsMatch(name))
            yield return $"{path}: an owner is named by its login, letters, digits, '_' and '-' only, or as default.";

        var invalid = new List<ValidationResult>();
        Validator.TryValidateObject(owner, new ValidationContext(owner), invalid, validateAllProperties: true);
        foreach (var result in invalid)
            yield return $"{path}:{string.Join(", ", result.MemberNames)}: {result.ErrorMessage}";

        if (owner.Api is not ({ IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" } or null))
            yield return $"{path}:Api is '{owner.Api}'; it must be an http or https address without user, query and fragment, such as https://github.corp.example/api/v3.";
        foreach (var repository in owner.Repositories.Where(repository => !RepositoryPattern().IsMatch(repository)))
            yield return $"{path}:Repositories has '{repository}'; it must be owner/name, such as acme/infrastructure or acme/*.";
        if (owner.MarkerInput.Length > 0 && !InputPattern().IsMatch(owner.MarkerInput))
            yield return $"{path}:MarkerInput is '{owner.MarkerInput}'; it must be the name of a workflow's input, such as pao_key, or empty.";
        foreach (var problem in Authentication(path, owner))
            yield return problem;
    }

    private static IEnumerable<string> Authentication(string path, GitHubOwnerOptions owner)
    {
        if (owner.Token is not null && owner.App is not null)
            yield return $"{path} has a Token and an App; it calls as one of them.";
        if (owner.Token is { } token && SecretReference.Parse(token) is null)
            yield return $"{path}:Token is no name of a secret: github-token, or store.path#key.";
        if (owner.App is not { } app)
            yield break;

        if (app.Id is null || !AppPattern().IsMatch(app.Id))
            yield return $"{path}:App:Id must be the client id of the GitHub App, or its app id.";
        if (app.PrivateKey is not { } key || SecretReference.Parse(key) is null)
            yield return $"{path}:App:PrivateKey must be the name of the secret that holds the private key: github-app, or store.path#key.";
        if (app.InstallationId is <= 0)
            yield return $"{path}:App:InstallationId must be the number at the end of the installation's address.";
    }

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\z", RegexOptions.NonBacktracking)]
    private static partial Regex LoginPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_*-]{1,100}/[A-Za-z0-9._*-]{1,100}\z", RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]{0,99}\z", RegexOptions.NonBacktracking)]
    private static partial Regex InputPattern();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}\z", RegexOptions.NonBacktracking)]
    private static partial Regex AppPattern();
}
