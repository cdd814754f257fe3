using Pao.Api.Access;
using Pao.Api.Configuration;
using Pao.TaskHub;
using Pao.TaskHub.Grpc;

namespace Pao.Api.Hosting;

/// <summary>What this process is made of, as its role and the rest of the configuration say.</summary>
/// <param name="Role">The role by name.</param>
/// <param name="Connection">The hub in another process; null when the hub is part of this one.</param>
/// <param name="ServesHub">Whether other processes may use the hub of this one.</param>
internal sealed record ProcessRole(Role Role, string? Connection, bool ServesHub)
{
    public const string HubToken = "hub-token";

    /// <summary>Whether the REST interface is here.</summary>
    public bool TakesRequests => Role is Role.All or Role.Api;

    /// <summary>Whether fulfilments run here.</summary>
    public bool FulfilsRequests => Role is Role.All or Role.Worker;

    public bool HasHub => Connection is null;

    /// <exception cref="InvalidOperationException">The parts do not fit together. The message names the settings.</exception>
    public static ProcessRole Of(IConfiguration configuration)
    {
        var options = new PaoOptions();
        var section = configuration.GetSection(PaoOptions.Section);
        if (section[nameof(PaoOptions.Role)] is { Length: > 0 } text)
            options.Role = Enum.TryParse<Role>(text, ignoreCase: true, out var role) && Enum.IsDefined(role) && !int.TryParse(text, out _)
                ? role
                : throw new InvalidOperationException($"Pao:Role (--role) must be all, api, worker or hub, not '{text}'.");

        options.DataDirectory = section[nameof(PaoOptions.DataDirectory)] ?? options.DataDirectory;
        var connection = section[nameof(PaoOptions.DurableTaskConnection)] is { Length: > 0 } named ? named : null;
        var serves = configuration[$"{TaskHubServerOptions.Section}:{nameof(TaskHubServerOptions.Urls)}"] is { Length: > 0 };
        return options.Role switch
        {
            Role.Hub => new(Role.Hub, Connection: null, ServesHub: true),
            Role.All when connection is not null && serves => throw new InvalidOperationException(
                "--grpc-urls (Pao:TaskHub:Server:Urls) serves the hub of this process, but DURABLE_TASK_CONNECTION says to use another one: give one of them."),
            Role.All => new(Role.All, connection, serves),
            _ => new(options.Role, connection ?? Beside(options.DataDirectory, configuration), ServesHub: false),
        };
    }

    /// <summary>The hub that runs on this machine, on the same data directory.</summary>
    private static string Beside(string dataDirectory, IConfiguration configuration)
    {
        var name = configuration[$"{TaskHubOptions.Section}:{nameof(TaskHubOptions.Name)}"] is { Length: > 0 } given ? given : new TaskHubOptions().Name;
        var parts = new System.Data.Common.DbConnectionStringBuilder
        {
            ["Endpoint"] = "http://127.0.0.1:4001",
            ["TaskHub"] = name,
            ["Authentication"] = "Token",
            ["TokenFilePath"] = KeyFile.OpenOrCreate(dataDirectory, HubToken).Path,
        };
        return parts.ConnectionString;
    }
}
