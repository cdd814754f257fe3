using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets.Stores;

namespace Pao.Activities.Jira;

/// <summary>Says of every wrong key where it is and what it should be. Whether secrets are there is found out when they are needed.</summary>
internal sealed partial class JiraOptionsValidator : IValidateOptions<JiraOptions>
{
    public ValidateOptionsResult Validate(string? name, JiraOptions options)
    {
        var problems = options.Instances.SelectMany(instance => Problems($"{JiraOptions.Section}:Instances:{instance.Key}", instance.Key, instance.Value)).ToList();
        if (options.DefaultInstance is { } wanted && !options.Instances.ContainsKey(wanted))
            problems.Add($"{JiraOptions.Section}:DefaultInstance is '{wanted}', which is not among {JiraOptions.Section}:Instances.");
        return problems.Count is 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(string path, string name, JiraInstanceOptions instance)
    {
        if (!NamePattern().IsMatch(name))
            yield return $"{path}: the name of a JIRA has letters, digits, '.', '_' and '-' only.";

        var invalid = new List<ValidationResult>();
        Validator.TryValidateObject(instance, new ValidationContext(instance), invalid, validateAllProperties: true);
        foreach (var result in invalid)
            yield return $"{path}:{string.Join(", ", result.MemberNames)}: {result.ErrorMessage}";

        foreach (var (key, address) in new[] { (nameof(instance.BaseAddress), instance.BaseAddress), (nameof(instance.BrowseAddress), instance.BrowseAddress) })
            if (address is not null && !IsAddress(address))
                yield return $"{path}:{key} is '{address}'; it must be an http or https address without user, query and fragment, such as https://acme.atlassian.net.";

        foreach (var project in instance.Projects.Where(project => !ProjectPattern().IsMatch(project)))
            yield return $"{path}:Projects has '{project}', which is no key of a project, such as PLAT.";
        foreach (var (status, outcome) in instance.StatusMapping.Where(mapping => mapping.Value is not ("completed" or "failed")))
            yield return $"{path}:StatusMapping:{status} is '{outcome}'; it must be completed or failed.";
        if (instance.Authentication.Secret is { } token && SecretReference.Parse(token) is null)
            yield return $"{path}:Authentication:Secret is no name of a secret: jira-token, or store.path#key.";
        if (instance.WebhookSecret is { } secret && SecretReference.Parse(secret) is not { Store: null })
            yield return $"{path}:WebhookSecret is '{secret}'; it must be the name of a secret below Pao:Secrets: letters, digits, '.', '_' and '-'.";
        if (instance.EpicLinkField is { } field && !FieldPattern().IsMatch(field))
            yield return $"{path}:EpicLinkField is '{field}'; it must be the id of a custom field, such as customfield_10014.";
        foreach (var problem in Authentication($"{path}:Authentication", instance))
            yield return problem;
    }

    private static IEnumerable<string> Authentication(string path, JiraInstanceOptions instance)
    {
        var authentication = instance.Authentication;
        switch (JiraInstance.TypeOf(instance))
        {
            case JiraAuthenticationType.ApiToken when instance.Kind is JiraKind.DataCenter:
                yield return $"{path}:Type is ApiToken, which the cloud has; a data center takes PersonalToken or OAuth2.";
                break;
            case JiraAuthenticationType.PersonalToken when instance.Kind is JiraKind.Cloud:
                yield return $"{path}:Type is PersonalToken, which a data center has; the cloud takes ApiToken or OAuth2.";
                break;
            case JiraAuthenticationType.ApiToken when string.IsNullOrWhiteSpace(authentication.Email) || authentication.Email.Contains(':'):
                yield return $"{path}:Email must be the e-mail address of the account that the API token belongs to.";
                break;
            case JiraAuthenticationType.OAuth2 when authentication.TokenUrl is null || !IsAddress(authentication.TokenUrl):
                yield return $"{path}:TokenUrl must be the http or https address that gives tokens.";
                break;
            case JiraAuthenticationType.OAuth2 when string.IsNullOrWhiteSpace(authentication.ClientId):
                yield return $"{path}:ClientId must be the id of the OAuth 2 client.";
                break;
            default:
                break;
        }
    }

    private static bool IsAddress(Uri address) =>
        address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[A-Z][A-Z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex ProjectPattern();

    [GeneratedRegex("^customfield_[0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex FieldPattern();
}
