using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Pao.TaskHub.Grpc;

/// <summary>Finds out who calls, and which hub is meant.</summary>
internal sealed class Callers(IReadOnlyList<ServedHub> hubs)
{
    private readonly Dictionary<string, ServedHub> _hubs = hubs.ToDictionary(hub => hub.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The caller, who may do everything on its hub.</summary>
    /// <exception cref="RpcException">NotFound, Unauthenticated, or PermissionDenied.</exception>
    public Caller WithAllRights(ServerCallContext context)
    {
        var caller = Of(context);
        return caller.Rights == CallerRights.All ? caller : throw new RpcException(new Status(
            StatusCode.PermissionDenied,
            $"On the task hub '{caller.Hub.Name}' this caller may run activities only: its orchestrations belong to its host. "
            + "Show the hub's own token, or use a hub of your own."));
    }

    /// <summary>The caller of any operation.</summary>
    /// <exception cref="RpcException">NotFound or Unauthenticated.</exception>
    public Caller Of(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var name = First(http.Request, "taskhub");
        var hub = name.Length == 0 ? hubs[0] : _hubs.GetValueOrDefault(name);
        if (hub is null)
            throw new RpcException(new Status(StatusCode.NotFound, "There is no task hub of this name here."));

        var rights = hub.Access.RightsOf(First(http.Request, "authorization"), http.Connection.RemoteIpAddress);
        return new Caller(hub, rights, First(http.Request, "workerid"));
    }

    private static string First(HttpRequest request, string header) => request.Headers[header] is [{ } value, ..] ? value : "";
}
