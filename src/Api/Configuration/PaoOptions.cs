using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Api.Configuration;

/// <summary>What every part shares; bound from <c>Pao</c>.</summary>
internal sealed class PaoOptions
{
    public const string Section = "Pao";

    /// <summary>The folder of everything PAO keeps on this machine.</summary>
    [Required(ErrorMessage = "Pao:DataDirectory must name a folder.")]
    public string DataDirectory { get; set; } = ".pao";

    /// <summary>From <c>DATABASE_URL</c>: a PostgreSQL URL or Npgsql connection string. Unset: SQLite in the data directory.</summary>
    [DatabaseUrl]
    public string? DatabaseUrl { get; set; }

    /// <summary>Which parts run in this process.</summary>
    [EnumDataType(typeof(Role), ErrorMessage = "Pao:Role (--role) must be all, api, worker or hub.")]
    public Role Role { get; set; }

    /// <summary>From <c>DURABLE_TASK_CONNECTION</c>: the task hub in another process. Unset: as the role says.</summary>
    [TaskHubConnection]
    public string? DurableTaskConnection { get; set; }
}

/// <summary>The parts of PAO that one process runs.</summary>
internal enum Role
{
    /// <summary>Everything, the task hub included.</summary>
    All,

    /// <summary>The REST interface, with the catalog; requests are handed to a hub in another process.</summary>
    Api,

    /// <summary>The fulfilment of requests, with work from a hub in another process.</summary>
    Worker,

    /// <summary>The task hub, served to other processes.</summary>
    Hub,
}

[OptionsValidator]
internal sealed partial class PaoOptionsValidator : IValidateOptions<PaoOptions>;
