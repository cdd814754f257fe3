using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Resilience;

/// <summary>
/// The systems that this process calls. What it knows of them it has seen itself: another process finds out for itself, and a
/// start begins anew.
/// </summary>
public sealed class ExternalSystems : IDisposable
{
    /// <summary>More are never kept: a template may make hosts without end.</summary>
    internal const int Capacity = 500;

    /// <summary>How many bytes of an answer are read where nobody says.</summary>
    private const int MostBytes = 16 * 1024 * 1024;

    private static readonly HttpRequestOptionsKey<string> SystemOf = new("pao.system");
    private static readonly HttpRequestOptionsKey<int> MostBytesOf = new("pao.most_bytes");

    private readonly ConcurrentDictionary<string, ExternalSystem> _systems = new(StringComparer.Ordinal);
    private readonly ResilienceOptions _options;
    private readonly TimeProvider _clock;

    internal ExternalSystems(IOptions<ResilienceOptions> options, TimeProvider clock, IMeterFactory? meters)
    {
        (_options, _clock) = (options.Value, clock);
        Metrics = new SystemMetrics(meters, Look);
    }

    internal SystemMetrics Metrics { get; }

    /// <summary>How a system is called that is known by its address only: <c>https://api.example.com</c>.</summary>
    public static string NameOf(Uri address) =>
        address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped).ToLowerInvariant();

    /// <summary>Says to which system a request goes, where that is not its address: <c>jira:default</c>.</summary>
    public static void Name(HttpRequestMessage request, string system) => request.Options.Set(SystemOf, system);

    /// <summary>Says how many bytes of the answer to a request are read; more are none that could be.</summary>
    public static void Bound(HttpRequestMessage request, int mostBytes) => request.Options.Set(MostBytesOf, mostBytes);

    internal static int MostOf(HttpRequestMessage request) => request.Options.TryGetValue(MostBytesOf, out var most) ? most : MostBytes;

    /// <summary>
    /// Asks whether an action may go to a system. Ask before its intent is written; when it is parked, wait durably, then ask
    /// again with the same key.
    /// </summary>
    /// <param name="system">The system's name.</param>
    /// <param name="key">The action's idempotency key.</param>
    public Admission Enter(string system, string key) => Of(system).Enter(key);

    /// <summary>All systems that were called lately, those in trouble first.</summary>
    public IReadOnlyList<SystemStanding> Look() =>
        [.. _systems.Values.Select(system => system.Look())
            .OrderByDescending(standing => standing.State)
            .ThenByDescending(standing => standing.Parked)
            .ThenBy(standing => standing.System, StringComparer.Ordinal)];

    public void Dispose()
    {
        Metrics.Dispose();
        foreach (var system in _systems.Values)
            system.Dispose();
    }

    internal ExternalSystem Of(HttpRequestMessage request) => Of(
        request.Options.TryGetValue(SystemOf, out var named)
            ? named
            : NameOf(request.RequestUri ?? throw new InvalidOperationException("A request goes somewhere.")));

    private ExternalSystem Of(string name)
    {
        if (_systems.TryGetValue(name, out var known))
            return known;

        if (_systems.Count >= Capacity)
            foreach (var idle in _systems.Values.Where(system => system.IsIdle).OrderBy(system => system.LastUsed).Take(Capacity / 10))
                _systems.TryRemove(idle.Name, out _); // not disposed: somebody may just have taken it

        return _systems.GetOrAdd(name, _ => new ExternalSystem(name, LimitOf(name), _options, _clock));
    }

    private int LimitOf(string name)
    {
        // A colon separates the keys of the configuration, so that a name with one cannot be a key.
        var key = Uri.TryCreate(name, UriKind.Absolute, out var address) && address.Host.Length > 0 ? address.Host : name.Replace(':', '-');
        return _options.MaxConcurrencyOf.TryGetValue(key, out var limit) && limit > 0 ? limit : _options.MaxConcurrency;
    }
}
