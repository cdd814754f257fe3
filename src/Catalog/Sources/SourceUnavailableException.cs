namespace Pao.Catalog.Sources;

/// <summary>The source of the catalog can not be read now; what was loaded before stays in force.</summary>
internal sealed class SourceUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The rule of the finding that tells of it.</summary>
    public const string Rule = "source.unavailable";
}
