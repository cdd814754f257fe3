using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Pao.Api.Telemetry.Logs;

/// <summary>
/// A log line as one JSON object: when, how bad, who says what, and the ids by which it is found together with others of the
/// call, the request, the action and the trace.
/// </summary>
internal sealed class JsonLines(TimeProvider time) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "pao-json";

    // Nothing here is ever shown in a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The placeholders of messages and scopes that are ids, and what they are called here.</summary>
    private static readonly Dictionary<string, string> Ids = new(StringComparer.Ordinal)
    {
        ["CorrelationId"] = "correlation_id",
        ["Request"] = "request_id",
        ["Action"] = "action_id",
        ["InstanceId"] = "instance_id",
    };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().UtcDateTime);
            json.WriteString("level", Level(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            WriteIds(json, logEntry.State, scopeProvider);
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span)
            {
                json.WriteString("trace_id", span.TraceId.ToHexString());
                json.WriteString("span_id", span.SpanId.ToHexString());
            }

            if (logEntry.Exception is { } exception)
                json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    /// <summary>The line's own values go before those of the scopes around it, and inner scopes before outer ones.</summary>
    private static void WriteIds<TState>(Utf8JsonWriter json, TState state, IExternalScopeProvider? scopes)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        scopes?.ForEachScope(static (scope, found) => Find(scope, found), found);
        Find(state, found);
        foreach (var (name, value) in found)
            json.WriteString(name, value);
    }

    private static void Find(object? state, Dictionary<string, string> found)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
            return;

        for (var i = 0; i < values.Count; i++)
            if (Ids.TryGetValue(values[i].Key, out var name) && values[i].Value?.ToString() is { Length: > 0 } text)
                found[name] = text;
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        LogLevel.Critical => "critical",
        _ => "none",
    };
}
