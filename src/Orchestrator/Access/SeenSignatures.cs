using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Access;

/// <summary>
/// Signatures of calls that change something. A signature is as good a second time as it was the first; that it was there
/// before is known to every process on the database, for as long as it is good.
/// </summary>
public sealed partial class SeenSignatures(Database database, TimeProvider time)
{
    // A call is judged by the time when its headers come; its signature is looked for when its body is there, and maybe by a clock ahead.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>Whether the signature is shown for the first time, which it then was.</summary>
    /// <param name="signature">In hexadecimal digits.</param>
    /// <param name="goodUntil">From when on it would be refused anyway.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> IsFirstAsync(string signature, DateTimeOffset goodUntil, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync(Forget, p => p.Time("before", Clock.Microseconds(time) - Margin), cancellationToken);
            return await transaction.ExecuteAsync(
                Remember, p => p.Text("signature", signature).Time("good_until", goodUntil), cancellationToken) == 1;
        }, cancellationToken);
}
