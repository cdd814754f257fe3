namespace Pao.Catalog.Yaml;

/// <summary>Reading stops here: what follows can not be trusted, or is too much.</summary>
internal sealed class YamlBoundException(string rule, Place place, string message, string? suggestion = null)
    : Exception(message)
{
    public string Rule { get; } = rule;

    public Place Place { get; } = place;

    public string? Suggestion { get; } = suggestion;
}
