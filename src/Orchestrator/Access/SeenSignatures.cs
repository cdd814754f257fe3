using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Access;

/// <summary>
/// Signatures of calls that change something. A signature is as good a second time as it was the first; that it was there
/// before is known to every process on the database, for as long as it is good.
/// </summary>
public sealed partial class SeenSignatures(Database database, TimeProvider time)
{
    /// <summary>Whether the signature is shown for the first time, which it then was.</summary>
    /// <param name="signature">In hexadecimal digits.</param>
    /// <param name="goodUntil">From when on it would be refused anyway.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> IsFirstAsync(string signature, DateTimeOffset goodUntil, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync(Forget, p => p.Time("now", Clock.Microseconds(time)), cancellationToken);
            return await transaction.ExecuteAsync(
                Remember, p => p.Text("signature", signature).Time("good_until", goodUntil), cancellationToken) == 1;
        }, cancellationToken);
}
