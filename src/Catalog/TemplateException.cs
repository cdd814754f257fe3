namespace Pao.Catalog;

/// <summary>A template could not be parsed or rendered; the message tells its author why.</summary>
public sealed class TemplateException(string message, string? suggestion = null) : Exception(message)
{
    public string? Suggestion { get; } = suggestion;

    /// <summary>Where in the template's text the tag begins that is wrong, from 0; null when it is about no one tag.</summary>
    internal int? At { get; init; }
}
