using System.Collections.Concurrent;

namespace Pao.Sandbox.Jira;

/// <summary>The JIRAs, by their names; one is there as soon as somebody calls it.</summary>
internal sealed class JiraSites(IConfiguration configuration, TimeProvider clock)
{
    /// <summary>After how many milliseconds tickets resolve themselves, for whom nobody has set it; empty: never.</summary>
    public const string AutoResolveKey = "Sandbox:Jira:AutoResolveMilliseconds";

    private readonly ConcurrentDictionary<string, JiraSite> _sites = new();
    private readonly int? _autoResolve = configuration.GetValue<int?>(AutoResolveKey);

    public JiraSite Get(string name) => _sites.GetOrAdd(
        name, name => new JiraSite(name, clock) { Settings = new JiraSettings { AutoResolveMilliseconds = _autoResolve } });
}
