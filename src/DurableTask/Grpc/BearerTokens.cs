using Azure.Core;
using Azure.Identity;

namespace Pao.DurableTask.Grpc;

/// <summary>The token that each call shows, kept until shortly before it ends.</summary>
internal sealed class BearerTokens
{
    /// <summary>The scope of Azure Durable Task Scheduler.</summary>
    private static readonly TokenRequestContext Scope = new(["https://durabletask.io/.default"]);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FileAge = TimeSpan.FromMinutes(1);

    private readonly Func<CancellationToken, Task<BearerToken>> _fetch;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Task<BearerToken>? _latest;

    private BearerTokens(Func<CancellationToken, Task<BearerToken>> fetch, TimeProvider time) => (_fetch, _time) = (fetch, time);

    /// <summary>The tokens of a connection; null when it needs none.</summary>
    public static BearerTokens? Of(TaskHubConnection connection, TimeProvider time) => connection.Authentication switch
    {
        TaskHubAuthentication.None => null,
        TaskHubAuthentication.Token => FromFile(connection.TokenFilePath!, time),
        _ => FromAzure(CredentialOf(connection), time),
    };

    /// <summary>Tokens of an Azure identity, asked for anew five minutes before one ends.</summary>
    public static BearerTokens FromAzure(TokenCredential credential, TimeProvider time) => new(
        async cancellationToken =>
        {
            var token = await credential.GetTokenAsync(Scope, cancellationToken);
            return new BearerToken(token.Token, token.ExpiresOn - Margin);
        },
        time);

    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        Task<BearerToken> latest;
        lock (_gate)
            latest = _latest is { } known && IsGood(known) ? known : _latest = _fetch(CancellationToken.None);

        return (await latest.WaitAsync(cancellationToken)).Value;
    }

    /// <summary>Callers that come together wait for the same token; a failure is not kept.</summary>
    private bool IsGood(Task<BearerToken> latest) =>
        !latest.IsCompleted || (latest.IsCompletedSuccessfully && _time.GetUtcNow() < latest.GetAwaiter().GetResult().Until);

    private static BearerTokens FromFile(string path, TimeProvider time) => new(
        async cancellationToken =>
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            return token.Length > 0
                ? new BearerToken(token, time.GetUtcNow() + FileAge)
                : throw new InvalidOperationException($"The file with the task hub's token, {path}, is empty.");
        },
        time);

    private static TokenCredential CredentialOf(TaskHubConnection connection) => connection.Authentication switch
    {
        TaskHubAuthentication.DefaultAzure => new DefaultAzureCredential(),
        TaskHubAuthentication.ManagedIdentity => new ManagedIdentityCredential(
            connection.ClientId is { } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned),
        TaskHubAuthentication.WorkloadIdentity => new WorkloadIdentityCredential(WorkloadOptions(connection)),
        TaskHubAuthentication.Environment => new EnvironmentCredential(),
        TaskHubAuthentication.AzureCli => new AzureCliCredential(),
        TaskHubAuthentication.AzurePowerShell => new AzurePowerShellCredential(),
        TaskHubAuthentication.VisualStudio => new VisualStudioCredential(),
        TaskHubAuthentication.VisualStudioCode => new VisualStudioCodeCredential(),
        TaskHubAuthentication.InteractiveBrowser => new InteractiveBrowserCredential(),
        _ => throw new ArgumentOutOfRangeException(nameof(connection), connection.Authentication, "Not an Azure identity."),
    };

    private static WorkloadIdentityCredentialOptions WorkloadOptions(TaskHubConnection connection)
    {
        var options = new WorkloadIdentityCredentialOptions();
        if (connection.ClientId is { } client)
            options.ClientId = client;
        if (connection.TenantId is { } tenant)
            options.TenantId = tenant;
        if (connection.TokenFilePath is { } file)
            options.TokenFilePath = file;
        foreach (var allowed in connection.AdditionallyAllowedTenants)
            options.AdditionallyAllowedTenants.Add(allowed);
        return options;
    }

    private sealed record BearerToken(string Value, DateTimeOffset Until);
}
