using System.Collections.Concurrent;

namespace Pao.Sandbox.Jira;

/// <summary>The JIRAs, by their names; one is there as soon as somebody calls it.</summary>
internal sealed class JiraSites(IConfiguration configuration, TimeProvider clock)
{
    private const string Section = "Sandbox:Jira";

    private readonly ConcurrentDictionary<string, JiraSite> _sites = new();

    // How a site behaves until somebody says otherwise; without a word its tickets wait for a person.
    private readonly JiraSettings _settings = new()
    {
        AutoResolveMilliseconds = configuration.GetValue<int?>($"{Section}:{nameof(JiraSettings.AutoResolveMilliseconds)}"),
        WebhookUrl = configuration[$"{Section}:{nameof(JiraSettings.WebhookUrl)}"],
        WebhookSecret = configuration[$"{Section}:{nameof(JiraSettings.WebhookSecret)}"],
    };

    public JiraSite Get(string name) => _sites.GetOrAdd(name, name => new JiraSite(name, clock) { Settings = _settings });
}
