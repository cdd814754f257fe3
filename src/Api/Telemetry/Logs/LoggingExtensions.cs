using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Pao.Api.Telemetry.Logs;

internal static class LoggingExtensions
{
    /// <summary>Logging that never holds up a request, as text or as JSON.</summary>
    public static void AddQueuedLogs(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<LoggingOptions, LoggingOptionsValidator>().BindConfiguration(LoggingOptions.Section);
        builder.Services.AddSingleton<LogQueue>();

        // The framework's formats are taken from it, its way of writing is not: that says of dropped lines nothing that can be measured.
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.IncludeScopes = true);
        builder.Logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
        builder.Services.RemoveAll<ILoggerProvider>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, QueuedLogs>());
    }
}
