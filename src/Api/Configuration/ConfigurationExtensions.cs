using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;
using Pao.Api.Webhooks;

namespace Pao.Api.Configuration;

internal static class ConfigurationExtensions
{
    // The lines that the framework writes about each call say less than ours; a setting brings them back.
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Pao.Api.Access.AccessKeyHandler"] = "Warning",
    };

    /// <summary>
    /// <c>local.settings.json</c>, then the environment (also by the names that people already know), then the command
    /// line; each overrides those before it.
    /// </summary>
    public static void AddPaoConfiguration(this WebApplicationBuilder builder, string[] args)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        builder.Configuration
            .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "local.settings.json"), optional: true, reloadOnChange: false)
            .AddInMemoryCollection(WellKnownVariables())
            .AddEnvironmentVariables()
            .AddCommandLine(args);
        builder.Services.AddOptionsWithValidateOnStart<PaoOptions, PaoOptionsValidator>().BindConfiguration(PaoOptions.Section);
    }

    public static PaoOptions GetPaoOptions(this IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<PaoOptions>>().Value;

    /// <summary>The configured PostgreSQL, or null for SQLite.</summary>
    public static string? ConnectionString(this PaoOptions options) =>
        options.DatabaseUrl is { Length: > 0 } url && DatabaseUrl.TryParse(url, out var connectionString) ? connectionString : null;

    private static IEnumerable<KeyValuePair<string, string?>> WellKnownVariables()
    {
        if (Environment.GetEnvironmentVariable("DATABASE_URL") is { Length: > 0 } url)
            yield return new("Pao:DatabaseUrl", url);
        if (Environment.GetEnvironmentVariable("DURABLE_TASK_CONNECTION") is { Length: > 0 } hub)
            yield return new("Pao:DurableTaskConnection", hub);
        if (Environment.GetEnvironmentVariable("REDIS_CLUSTER_ENDPOINT") is { Length: > 0 } redis)
            yield return new("Pao:Cache:Redis", redis);
        if (Environment.GetEnvironmentVariable("GITHUB_WEBHOOK_SECRET") is { Length: > 0 } secret)
            yield return new($"{WebhookOptions.Section}:{nameof(WebhookOptions.GitHubSecret)}", secret);
    }
}
