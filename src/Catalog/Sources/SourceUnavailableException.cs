namespace Pao.Catalog.Sources;

/// <summary>The source of the catalog can not be read now; what was loaded before stays in force.</summary>
internal sealed class SourceUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
