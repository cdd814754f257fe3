namespace Pao.Catalog;

/// <summary>A template could not be parsed or rendered; the message tells its author why.</summary>
public sealed class TemplateException(string message, string? suggestion = null) : Exception(message)
{
    public string? Suggestion { get; } = suggestion;
}
