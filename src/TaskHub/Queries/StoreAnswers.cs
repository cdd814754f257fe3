using System.Data.Common;
using System.Net.Sockets;
using Grpc.Core;
using Pao.TaskHub.Nodes;

namespace Pao.TaskHub.Queries;

internal static class StoreAnswers
{
    /// <summary>A store that fails in the middle of an answer is away, as far as the caller is concerned.</summary>
    /// <exception cref="RpcException">Unavailable: ask again.</exception>
    public static async Task<T> OrUnavailable<T>(this Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (Exception e) when (e is DbException or IOException or TimeoutException or SocketException)
        {
            throw Node.Unavailable(e);
        }
    }
}
