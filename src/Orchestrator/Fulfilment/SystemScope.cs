using System.Globalization;
using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Fulfilment;

internal static class SystemScope
{
    /// <summary>What templates read as <c>system.x</c>.</summary>
    public static JsonObject Of(string environment, DateTimeOffset now) => new()
    {
        ["date"] = now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["time"] = now.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        ["timestamp"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["environment"] = environment,
        ["hostname"] = Environment.MachineName,
        ["version"] = typeof(SystemScope).Assembly.GetName().Version?.ToString(3),
    };
}
