namespace Pao.Activities.Jira;

/// <summary>One configured JIRA and its addresses.</summary>
internal sealed record JiraInstance(string Name, JiraInstanceOptions Options, bool IsDefault)
{
    public bool IsCloud => Options.Kind is JiraKind.Cloud;

    /// <summary>As health, metrics and messages call it.</summary>
    public string System => $"jira:{Name}";

    public JiraAuthenticationType AuthenticationType => TypeOf(Options);

    /// <summary>The address of an operation, by its path below the API's version.</summary>
    public Uri Api(string path) => new($"{Base(Options.BaseAddress)}/rest/api/{(IsCloud ? 3 : 2)}/{path}");

    /// <summary>Where people see a ticket.</summary>
    public string Browse(string key) => $"{Base(Options.BrowseAddress ?? Options.BaseAddress)}/browse/{key}";

    /// <summary>What an inbound event about a ticket is recognised by.</summary>
    public string HintKey(string key) => $"{System}:{key}";

    public static JiraAuthenticationType TypeOf(JiraInstanceOptions options) => options.Authentication.Type
        ?? (options.Kind is JiraKind.Cloud ? JiraAuthenticationType.ApiToken : JiraAuthenticationType.PersonalToken);

    private static string Base(Uri? address) => address?.AbsoluteUri.TrimEnd('/') ?? "";
}
