using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets;
using Pao.Activities.Secrets.Stores;

namespace Pao.Activities.Jira;

/// <summary>The configured JIRAs, by the names that documents have for them.</summary>
internal sealed class JiraInstances(IOptions<JiraOptions> options, IConfiguration configuration)
{
    /// <summary>Where people are used to having the token of their JIRA.</summary>
    public const string TokenVariable = "JIRA_API_TOKEN";

    private const string DefaultName = "default";

    public IEnumerable<JiraInstance> All => options.Value.Instances.Select(one => Of(one.Key, one.Value));

    /// <exception cref="ActionFailedException">There is none of that name.</exception>
    public JiraInstance Get(JsonObject config) => Find(NameIn(config)) ?? throw ActionFailure.Invalid(Missing(NameIn(config)));

    /// <summary>By the name that was noted when a ticket was made.</summary>
    /// <exception cref="ActionFailedException">It is not configured any more.</exception>
    public JiraInstance Named(string name) => Find(name) ?? throw ActionFailure.Invalid(Missing(name));

    public ActionNeeds Needs(JsonObject config)
    {
        var name = NameIn(config);
        if (name?.Contains('{') is true)
            return new ActionNeeds(System: null);

        if (Find(name) is not { } instance)
            return new ActionNeeds(name is null ? null : $"jira:{name}", Missing(name));

        return new ActionNeeds(instance.System, SecretMissing(instance) ?? ProjectRefused(instance, (config["ticket"] as JsonObject)?["project"].AsText()));
    }

    /// <summary>Why no tickets may be made in a project; null when they may.</summary>
    public static string? ProjectRefused(JiraInstance instance, string? project) =>
        project is null || project.Contains('{') || instance.Options.Projects.Count is 0 || instance.Options.Projects.Contains(project)
            ? null
            : $"JIRA '{instance.Name}' takes no tickets for the project '{project}'. An operator allows it in {PathOf(instance)}:Projects.";

    /// <summary>The token, or the client's secret, of an instance.</summary>
    /// <exception cref="ActionFailedException">It is not configured.</exception>
    public string Secret(JiraInstance instance, SecretScope secrets)
    {
        if (instance.Options.Authentication.Secret is { } name)
            return secrets.Reveal(name);

        var value = instance.IsDefault ? configuration[TokenVariable] : null;
        if (string.IsNullOrEmpty(value))
            throw ActionFailure.SecretMissing(SecretMissing(instance) ?? "");

        secrets.Protect(value);
        return value;
    }

    private string? SecretMissing(JiraInstance instance)
    {
        var isThere = instance.Options.Authentication.Secret is { } name
            ? SecretReference.Parse(name) is { Store: not null } || !string.IsNullOrEmpty(configuration[$"{SecretStore.Section}:{name}"])
            : instance.IsDefault && !string.IsNullOrEmpty(configuration[TokenVariable]);
        return isThere
            ? null
            : $"JIRA '{instance.Name}' has no token. An operator names its secret in {PathOf(instance)}:Authentication:Secret"
                + (instance.IsDefault ? $", or sets {TokenVariable}." : ".");
    }

    private JiraInstance? Find(string? name) =>
        (name ?? Default) is { } wanted ? All.FirstOrDefault(instance => instance.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)) : null;

    private JiraInstance Of(string name, JiraInstanceOptions instance) =>
        new(name, instance, string.Equals(name, Default, StringComparison.OrdinalIgnoreCase));

    private string? Default =>
        options.Value.DefaultInstance
        ?? (options.Value.Instances.Count is 1 ? options.Value.Instances.Keys.Single() : null)
        ?? (options.Value.Instances.ContainsKey(DefaultName) ? DefaultName : null);

    private string Missing(string? name) => (name, options.Value.Instances.Count) switch
    {
        (null, 0) => $"No JIRA is configured. An operator adds one below {JiraOptions.Section}:Instances.",
        (null, _) => $"The action names no JIRA, and none is the default. An operator sets {JiraOptions.Section}:DefaultInstance.",
        (_, 0) => $"JIRA '{name}' is not configured; none is. An operator adds it below {JiraOptions.Section}:Instances.",
        _ => $"JIRA '{name}' is not configured; there are: {string.Join(", ", options.Value.Instances.Keys)}. An operator adds it below {JiraOptions.Section}:Instances.",
    };

    private static string PathOf(JiraInstance instance) => $"{JiraOptions.Section}:Instances:{instance.Name}";

    private static string? NameIn(JsonObject config) => config["instance"].AsText();
}
