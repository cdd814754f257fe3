using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Secrets;

/// <summary>Stands before every log of the process, whoever writes there and wherever it goes.</summary>
internal sealed class RedactingLoggerFactory(LoggerFactory inner, Redactor redactor) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new RedactingLogger(inner.CreateLogger(categoryName), redactor);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class RedactingLogger(ILogger inner, Redactor redactor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
                return;

            var text = formatter(state, exception);
            var (masked, shown) = (redactor.Mask(text), exception is null ? null : Masked(exception));
            if (ReferenceEquals(masked, text) && ReferenceEquals(shown, exception))
                inner.Log(logLevel, eventId, state, exception, formatter);
            else
                inner.Log(logLevel, eventId, new MaskedState(masked, Values(state)), shown, (line, _) => line.Text);
        }

        private Exception Masked(Exception exception)
        {
            var text = exception.ToString();
            var masked = redactor.Mask(text);
            return ReferenceEquals(masked, text) ? exception : new MaskedException(redactor.Mask(exception.Message), masked);
        }

        private KeyValuePair<string, object?>[] Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> values
                ? [.. values.Select(value => KeyValuePair.Create(value.Key, value.Value?.ToString() is { } text && redactor.Finds(text) ? redactor.Mask(text) : value.Value))]
                : [];
    }

    private sealed class MaskedState(string text, KeyValuePair<string, object?>[] values) : List<KeyValuePair<string, object?>>(values)
    {
        public string Text => text;

        public override string ToString() => text;
    }

    /// <summary>Shows of an exception what is no secret.</summary>
    private sealed class MaskedException(string message, string whole) : Exception(message)
    {
        public override string ToString() => whole;
    }
}

public static class RedactionServiceCollectionExtensions
{
    /// <summary>Adds the <see cref="Redactor"/> and lets it see every line before it is logged. After <c>AddLogging</c>.</summary>
    public static IServiceCollection AddRedaction(this IServiceCollection services)
    {
        services.TryAddSingleton<Redactor>();
        services.AddLogging();
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new RedactingLoggerFactory(
            new LoggerFactory(
                provider.GetServices<ILoggerProvider>(),
                provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
                provider.GetRequiredService<IOptions<LoggerFactoryOptions>>(),
                provider.GetService<IExternalScopeProvider>()),
            provider.GetRequiredService<Redactor>())));
        return services;
    }
}
