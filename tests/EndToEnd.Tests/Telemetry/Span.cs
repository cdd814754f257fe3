namespace Pao.EndToEnd.Tests.Telemetry;

/// <summary>A span as it arrived: ids in hexadecimal, no parent as an empty text.</summary>
internal sealed record Span(
    string TraceId, string SpanId, string ParentId, string Name, int Kind, ulong Start, ulong End, string Source,
    IReadOnlyDictionary<string, string> Attributes)
{
    public const int Server = 2;
    public const int Client = 3;
}
