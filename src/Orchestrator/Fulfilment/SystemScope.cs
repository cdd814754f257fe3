using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>What templates read as <c>system.x</c>.</summary>
internal sealed class SystemScope(IHostEnvironment environment, IOptions<SystemOptions> options)
{
    public JsonObject At(DateTimeOffset now) => new()
    {
        ["date"] = now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["time"] = now.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        ["timestamp"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["environment"] = environment.EnvironmentName,
        ["region"] = options.Value.Region,
        ["hostname"] = Environment.MachineName,
        ["version"] = typeof(SystemScope).Assembly.GetName().Version?.ToString(3),
    };
}
