using System.Globalization;
using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>One JIRA: its tickets, and how it behaves. Every name in the address is one of its own, so that tests do not meet.</summary>
internal sealed class JiraSite(string name, TimeProvider clock)
{
    /// <summary>An epic that was there before anybody looked, for documents that name one. It is shown nowhere.</summary>
    private const string StandingEpic = "PLAT-12";

    private readonly Dictionary<string, JiraIssue> _byKey = [];
    private readonly Dictionary<string, int> _numbers = [];
    private int _nextId = 10_000;

    public string Name => name;

    /// <summary>Taken by whoever reads or changes a ticket.</summary>
    public Lock Gate { get; } = new();

    public JiraSettings Settings { get; set; } = new();

    public IReadOnlyCollection<JiraIssue> Issues => _byKey.Values;

    public JiraIssue? Find(string keyOrId) =>
        _byKey.GetValueOrDefault(keyOrId) ?? _byKey.Values.FirstOrDefault(issue => issue.Id == keyOrId);

    public bool Exists(string key) => key is StandingEpic || _byKey.ContainsKey(key);

    public JiraIssue Create(JiraProject project, JsonObject fields, JsonArray properties)
    {
        var number = _numbers.GetValueOrDefault(project.Key) + 1;
        if ($"{project.Key}-{number}" is StandingEpic)
            number++;
        _numbers[project.Key] = number;
        var issue = new JiraIssue(NextId(), $"{project.Key}-{number}", project, (JsonObject)fields.DeepClone(), clock.GetUtcNow())
        {
            HiddenFromSearches = Settings.HideFromSearches,
        };
        foreach (var property in properties.OfType<JsonObject>())
            issue.Properties[(string?)property["key"] ?? ""] = property["value"]?.DeepClone();
        _byKey[issue.Key] = issue;
        return issue;
    }

    /// <summary>The newest first, unless it is asked otherwise. A ticket that the index has not yet is one search nearer to it.</summary>
    public IReadOnlyList<JiraIssue> Search(Jql query) =>
        [.. (query.OldestFirst ? _byKey.Values : _byKey.Values.Reverse()).Where(query.Matches).Where(issue => issue.HiddenFromSearches-- <= 0)];

    public static void Link(string type, JiraIssue inward, JiraIssue outward)
    {
        var (inwards, outwards) = ("is blocked by", "blocks");
        if (inward.Links.Exists(link => link.Type == type && link.OutwardKey == outward.Key))
            return; // a link that is there already is answered as if it was made
        inward.Links.Add(new JiraLink(type, inwards, outwards, null, outward.Key));
        outward.Links.Add(new JiraLink(type, inwards, outwards, inward.Key, null));
    }

    public JiraComment Comment(JiraIssue issue, JsonNode? body, JsonArray properties)
    {
        var comment = new JiraComment(
            NextId(), body?.DeepClone(),
            properties.OfType<JsonObject>().ToDictionary(property => (string?)property["key"] ?? "", property => property["value"]?.DeepClone()),
            clock.GetUtcNow());
        issue.Comments.Add(comment);
        return comment;
    }

    private string NextId() => (_nextId++).ToString(CultureInfo.InvariantCulture);
}

/// <summary>How a site behaves; set through its control endpoint.</summary>
internal sealed record JiraSettings
{
    /// <summary>So many searches do not find a new ticket.</summary>
    public int HideFromSearches { get; init; }

    /// <summary>After so long a ticket resolves itself; null: a person must.</summary>
    public int? AutoResolveMilliseconds { get; init; }

    /// <summary>Where a ticket that resolves itself goes.</summary>
    public string AutoResolveStatus { get; init; } = "Done";

    /// <summary>Where events go; null: nowhere.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>What they are signed with; null: not at all.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>How often each is sent.</summary>
    public int WebhookCopies { get; init; } = 1;

    public int WebhookDelayMilliseconds { get; init; }

    /// <summary>Whether tickets may be linked.</summary>
    public bool IssueLinking { get; init; } = true;
}
