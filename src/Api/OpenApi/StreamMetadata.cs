namespace Pao.Api.OpenApi;

/// <summary>An endpoint that also answers 200 with a stream of text, when that is asked for.</summary>
internal sealed record StreamMetadata(string MediaType, string Example);
