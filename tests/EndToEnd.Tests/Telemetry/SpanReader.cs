using System.Globalization;
using Google.Protobuf;

namespace Pao.EndToEnd.Tests.Telemetry;

/// <summary>Reads the spans of an OTLP message (opentelemetry/proto/collector/trace/v1, ExportTraceServiceRequest).</summary>
internal static class SpanReader
{
    public static List<Span> Read(byte[] message)
    {
        List<Span> spans = [];
        foreach (var resource in Messages(message, 1))
            foreach (var scope in Messages(resource, 2))
            {
                var source = Messages(scope, 1).Select(one => Text(one, 1)).FirstOrDefault() ?? "";
                spans.AddRange(Messages(scope, 2).Select(span => Read(span, source)));
            }

        return spans;
    }

    private static Span Read(byte[] span, string source) => new(
        Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), (int)Number(span, 6), Number(span, 7), Number(span, 8), source,
        Messages(span, 9).GroupBy(one => Text(one, 1)).ToDictionary(one => one.Key, one => Value(Messages(one.Last(), 2).Single())));

    private static string Value(byte[] value) =>
        Messages(value, 1).FirstOrDefault() is { } text ? System.Text.Encoding.UTF8.GetString(text) : Number(value, 3).ToString(CultureInfo.InvariantCulture);

    private static string Text(byte[] message, int field) => System.Text.Encoding.UTF8.GetString(Messages(message, field).FirstOrDefault() ?? []);

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Messages(message, field).FirstOrDefault() ?? []);

    private static List<byte[]> Messages(byte[] message, int field) => [.. Fields(message).Where(one => one.Field == field).Select(one => one.Bytes).OfType<byte[]>()];

    private static ulong Number(byte[] message, int field) => Fields(message).Where(one => one.Field == field).Select(one => one.Number).FirstOrDefault();

    private static List<(int Field, byte[]? Bytes, ulong Number)> Fields(byte[] message)
    {
        var input = new CodedInputStream(message);
        List<(int, byte[]?, ulong)> fields = [];
        while (input.ReadTag() is not 0 and var tag)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => (field, null, input.ReadUInt64()),
                WireFormat.WireType.Fixed64 => (field, null, input.ReadFixed64()),
                WireFormat.WireType.Fixed32 => (field, null, input.ReadFixed32()),
                WireFormat.WireType.LengthDelimited => (field, input.ReadBytes().ToByteArray(), 0),
                var other => throw new InvalidDataException($"No OTLP message has the wire type {other}."),
            });
        }

        return fields;
    }
}
