using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Pao.TaskHub.Grpc;

/// <summary>Tells a caller that is gone from one that has hung up.</summary>
internal static class BrokenConnection
{
    private const int Tries = 1_000;

    /// <summary>
    /// Whether the call was ended by the end of its connection: its peer has died, or cannot be reached. One who ends a
    /// call in good order resets its stream first. Kestrel tells the reason to whoever reads on in the request.
    /// </summary>
    public static async ValueTask<bool> EndedAsync(HttpContext call)
    {
        // It is there a moment after the call is cancelled.
        for (var tries = 0; tries < Tries && call.RequestAborted.IsCancellationRequested; tries++)
        {
            try
            {
                var read = await call.Request.BodyReader.ReadAsync(CancellationToken.None);
                call.Request.BodyReader.AdvanceTo(read.Buffer.End);
            }
            catch (IOException e)
            {
                return e.InnerException is ConnectionAbortedException;
            }

            await Task.Yield();
        }

        return false;
    }
}
