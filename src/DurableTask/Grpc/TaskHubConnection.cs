using System.Data.Common;
using System.Net;

namespace Pao.DurableTask.Grpc;

/// <summary>
/// Where a task hub is and how a caller proves who it is: the connection string of Azure Durable Task Scheduler
/// (<c>Endpoint=…;TaskHub=…;Authentication=…</c>), with <c>Authentication=Token</c> for a hub that PAO serves.
/// </summary>
public sealed record TaskHubConnection
{
    private const string Expected = "Expected 'Endpoint=https://host;TaskHub=name;Authentication=type'.";

    /// <summary>The gRPC address; <c>https</c> when the connection string names no scheme.</summary>
    public required Uri Endpoint { get; init; }

    public required string TaskHub { get; init; }

    public required TaskHubAuthentication Authentication { get; init; }

    /// <summary>Of a managed or workload identity.</summary>
    public string? ClientId { get; init; }

    /// <summary>Of a workload identity.</summary>
    public string? TenantId { get; init; }

    /// <summary>A file with the token: a federated one for a workload identity, the hub's own for <see cref="TaskHubAuthentication.Token"/>. It is read again after a minute.</summary>
    public string? TokenFilePath { get; init; }

    public IReadOnlyList<string> AdditionallyAllowedTenants { get; init; } = [];

    /// <summary>Reads a connection string; its keys' case does not matter.</summary>
    /// <exception cref="ArgumentException">A part is missing or wrong. The message never repeats the string, which may hold a secret.</exception>
    public static TaskHubConnection Parse(string connectionString)
    {
        DbConnectionStringBuilder parts;
        try
        {
            parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        }
        catch (ArgumentException)
        {
            throw new ArgumentException($"The task hub's connection string cannot be read. {Expected}", nameof(connectionString));
        }

        var connection = new TaskHubConnection
        {
            Endpoint = EndpointOf(Required(parts, "Endpoint")),
            TaskHub = Required(parts, "TaskHub"),
            Authentication = AuthenticationOf(Required(parts, "Authentication")),
            ClientId = Optional(parts, "ClientID"),
            TenantId = Optional(parts, "TenantId"),
            TokenFilePath = Optional(parts, "TokenFilePath"),
            AdditionallyAllowedTenants = Optional(parts, "AdditionallyAllowedTenants")?
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
        };

        if (connection is { Authentication: TaskHubAuthentication.Token, TokenFilePath: null })
            throw new ArgumentException(
                "The task hub's connection string says Authentication=Token and must name the token's file: TokenFilePath=….", nameof(connectionString));
        if (connection.Authentication != TaskHubAuthentication.None && !connection.IsPrivate)
            throw new ArgumentException(
                "The task hub's connection string would send a token over plain http to another machine: use an https Endpoint.", nameof(connectionString));

        return connection;
    }

    /// <summary>Whether nobody on the way reads what is sent.</summary>
    private bool IsPrivate =>
        Endpoint.Scheme == Uri.UriSchemeHttps || Endpoint.IsLoopback
        || (IPAddress.TryParse(Endpoint.Host, out var address) && IPAddress.IsLoopback(address));

    private static string Required(DbConnectionStringBuilder parts, string key) =>
        Optional(parts, key)
        ?? throw new ArgumentException($"The task hub's connection string has no {key}. {Expected}", key);

    private static string? Optional(DbConnectionStringBuilder parts, string key) =>
        parts.TryGetValue(key, out var value) && value is string { Length: > 0 } text ? text : null;

    private static Uri EndpointOf(string text)
    {
        var url = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        return Uri.TryCreate(url, UriKind.Absolute, out var endpoint)
            && (endpoint.Scheme == Uri.UriSchemeHttps || endpoint.Scheme == Uri.UriSchemeHttp)
            ? endpoint
            : throw new ArgumentException("The Endpoint of the task hub's connection string is not an http or https address.", nameof(text));
    }

    private static TaskHubAuthentication AuthenticationOf(string text) =>
        Enum.TryParse<TaskHubAuthentication>(text, ignoreCase: true, out var authentication) && !int.TryParse(text, out _)
            ? authentication
            : throw new ArgumentException(
                $"The Authentication of the task hub's connection string is not one of {string.Join(", ", Enum.GetNames<TaskHubAuthentication>())}.",
                nameof(text));
}

/// <summary>How a caller proves who it is. The names are those of Azure Durable Task Scheduler, but for <see cref="Token"/>.</summary>
public enum TaskHubAuthentication
{
    /// <summary>No proof: the scheduler's emulator, or a hub on this machine.</summary>
    None,

    /// <summary>A bearer token from a file: a hub that PAO serves.</summary>
    Token,

    DefaultAzure,
    ManagedIdentity,
    WorkloadIdentity,
    Environment,
    AzureCli,
    AzurePowerShell,
    VisualStudio,
    VisualStudioCode,
    InteractiveBrowser,
}
