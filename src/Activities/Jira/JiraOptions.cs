using System.ComponentModel.DataAnnotations;

namespace Pao.Activities.Jira;

/// <summary>The JIRAs that tickets are made in; bound from <c>Pao:Jira</c>.</summary>
public sealed class JiraOptions
{
    public const string Section = "Pao:Jira";

    /// <summary>Which one documents mean that name none. Without it: the only one, or the one called <c>default</c>.</summary>
    public string? DefaultInstance { get; set; }

    /// <summary>By the name that documents have for them.</summary>
    public IDictionary<string, JiraInstanceOptions> Instances { get; } =
        new Dictionary<string, JiraInstanceOptions>(StringComparer.OrdinalIgnoreCase);
}

public enum JiraKind
{
    /// <summary>Version 3 of the REST API.</summary>
    Cloud,

    /// <summary>Version 2 of the REST API.</summary>
    DataCenter,
}

/// <summary>One JIRA.</summary>
public sealed class JiraInstanceOptions
{
    private static readonly string[] UsualFailures =
        ["Won't Do", "Won't Fix", "Declined", "Rejected", "Duplicate", "Incomplete", "Cannot Reproduce", "Cancelled", "Canceled", "Known Error"];

    /// <summary>Such as <c>https://acme.atlassian.net</c>; for OAuth 2 in the cloud <c>https://api.atlassian.com/ex/jira/{cloudid}</c>.</summary>
    [Required]
    public Uri? BaseAddress { get; set; }

    /// <summary>Where people see tickets, when that is not the base address.</summary>
    public Uri? BrowseAddress { get; set; }

    public JiraKind Kind { get; set; }

    public JiraAuthenticationOptions Authentication { get; } = new();

    /// <summary>Keys of the projects in which tickets may be made; empty: in all that the account may.</summary>
    public IList<string> Projects { get; } = [];

    /// <summary>What a status means: <c>completed</c> or <c>failed</c>; a document's own mapping goes before it.</summary>
    public IDictionary<string, string> StatusMapping { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Resolutions with which a ticket that is done has failed.</summary>
    public IList<string>? FailedResolutions { get; set; }

    /// <summary>Where the ticket of a request that is given up is moved to; null: it gets a comment only.</summary>
    public string? CancelStatus { get; set; }

    /// <summary>The custom field of a data center that holds the key of a ticket's epic. In the cloud the epic is the parent.</summary>
    public string? EpicLinkField { get; set; }

    /// <summary>The type of link between the tickets of a bundle: the first blocks the second.</summary>
    [Required]
    public string LinkType { get; set; } = "Blocks";

    /// <summary>How long a new ticket may take until a search finds it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan SearchGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long JIRA may go on with a call whose connection is gone. A ticket that is not found by the end of both is taken not to
    /// exist: a JIRA that finishes later makes a second one.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan CreateGrace { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The name of the secret, below <c>Pao:Secrets</c>, that JIRA signs its webhooks with; null: none are taken, tickets are looked
    /// at now and then.
    /// </summary>
    public string? WebhookSecret { get; set; }

    internal bool IsFailure(string resolution) =>
        (FailedResolutions ?? UsualFailures).Contains(resolution, StringComparer.OrdinalIgnoreCase);
}

public enum JiraAuthenticationType
{
    /// <summary>The cloud: an e-mail address and an API token.</summary>
    ApiToken,

    /// <summary>A data center: a personal access token.</summary>
    PersonalToken,

    /// <summary>OAuth 2 with client credentials.</summary>
    OAuth2,
}

/// <summary>As whom a JIRA is called.</summary>
public sealed class JiraAuthenticationOptions
{
    /// <summary>Null: an API token in the cloud, a personal token in a data center.</summary>
    public JiraAuthenticationType? Type { get; set; }

    /// <summary>Of the account, for an API token.</summary>
    public string? Email { get; set; }

    /// <summary>The name of the secret: the token, or the client's secret. The default JIRA may have it in <c>JIRA_API_TOKEN</c>.</summary>
    public string? Secret { get; set; }

    public Uri? TokenUrl { get; set; }

    public string? ClientId { get; set; }

    public string? Scope { get; set; }

    public string? Audience { get; set; }
}
