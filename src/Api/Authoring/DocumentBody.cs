using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Catalog.Authoring;

namespace Pao.Api.Authoring;

/// <summary>A document that is the body itself: YAML, or JSON where the content type says so.</summary>
internal sealed record DocumentBody(SentDocument? Text, ProblemResult? Problem)
{
    public static readonly string[] YamlTypes = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain"];

    public static bool IsYaml(HttpRequest request) =>
        request.GetTypedHeaders().ContentType is { } type && YamlTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase);

    public static async Task<DocumentBody> ReadAsync(HttpRequest request, string? file, CancellationToken cancellationToken)
    {
        var isJson = request.HasJsonContentType();
        if (!isJson && !IsYaml(request))
            return new(null, new(Problems.Problem.BodyNotJson, $"Send 'Content-Type: {YamlTypes[0]}', or application/json."));

        var (bytes, tooLarge) = await ReadBytesAsync(request, cancellationToken);
        return bytes is { } utf8 ? new(new SentDocument(utf8, isJson, file), null) : new(null, tooLarge);
    }

    /// <summary>What is in a body within its bounds is judged, whatever it is.</summary>
    public static async Task<(ReadOnlyMemory<byte>? Bytes, ProblemResult? TooLarge)> ReadBytesAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > JsonBody.MaxBytes)
            return (null, new(Problems.Problem.BodyTooLarge, $"It has {request.ContentLength} bytes; {JsonBody.MaxBytes} are taken."));

        return await JsonBody.ReadBoundedAsync(request.Body, cancellationToken) is { } bytes
            ? (bytes, null)
            : (null, new(Problems.Problem.BodyTooLarge, $"It has more than the {JsonBody.MaxBytes} bytes that are taken."));
    }
}
