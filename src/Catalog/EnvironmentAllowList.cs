using Microsoft.Extensions.Options;

namespace Pao.Catalog;

/// <summary>The environment variables that the operator lets templates read, and nothing else.</summary>
internal sealed class EnvironmentAllowList
{
    private readonly HashSet<string>? _names;
    private readonly Func<string, string?> _read;

    public EnvironmentAllowList(IOptions<CatalogOptions> options) =>
        (_names, _read) = (new(options.Value.AllowedEnvironment, StringComparer.Ordinal), Environment.GetEnvironmentVariable);

    private EnvironmentAllowList(HashSet<string>? names) => (_names, _read) = (names, name => name);

    public IReadOnlyCollection<string> Names => _names ?? [];

    /// <summary>For a check apart from any service: these variables count as set, all when it is not said which there are.</summary>
    public static EnvironmentAllowList Assuming(IReadOnlyCollection<string>? names) =>
        new(names is null ? null : new HashSet<string>(names, StringComparer.Ordinal));

    public bool Allows(string name) => _names?.Contains(name) ?? true;

    public string? Read(string name) => Allows(name) ? _read(name) : null;
}
