using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Pao.Api.Telemetry.Logs;

/// <summary>Writes every log line, in the configured format, through the <see cref="LogQueue"/>.</summary>
[ProviderAlias("Console")]
internal sealed class QueuedLogs : ILoggerProvider, ISupportExternalScope
{
    private readonly LogQueue _queue;
    private readonly ConsoleFormatter _formatter;
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public QueuedLogs(IEnumerable<ConsoleFormatter> formatters, IOptions<LoggingOptions> options, LogQueue queue)
    {
        var name = options.Value.Format is LogFormat.Json ? JsonLines.FormatName : ConsoleFormatterNames.Simple;
        (_formatter, _queue) = (formatters.First(formatter => formatter.Name == name), queue);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() => _queue.Dispose();

    private sealed class Logger(QueuedLogs logs, string category) : ILogger
    {
        [ThreadStatic]
        private static StringWriter? Text;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logs._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;

            var text = Text ??= new StringWriter();
            var entry = new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter);
            logs._formatter.Write(entry, logs._scopes, text);
            var line = text.GetStringBuilder();
            if (line.Length > 0)
                logs._queue.Add(line.ToString());
            line.Clear();
        }
    }
}
