using Microsoft.Extensions.Options;

namespace Pao.Catalog;

/// <summary>The environment variables that the operator lets templates read, and nothing else.</summary>
internal sealed class EnvironmentAllowList(IOptions<CatalogOptions> options)
{
    private readonly HashSet<string> _names = new(options.Value.AllowedEnvironment, StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _names;

    public bool Allows(string name) => _names.Contains(name);

    public string? Read(string name) => Allows(name) ? Environment.GetEnvironmentVariable(name) : null;
}
