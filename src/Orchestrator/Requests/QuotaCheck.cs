using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>Holds a submission to its caller's quota, within the transaction that stores it.</summary>
internal static partial class QuotaCheck
{
    // So many submissions of one caller at a time may pass each other uncounted; closer to the limit they take turns.
    private const int FewestInTurns = 64;

    /// <returns>Null when it fits.</returns>
    public static async Task<SubmissionOutcome.OverQuota?> ExceedsAsync(
        Transaction transaction, Submission submission, RequestQuota quota, long bytes, CancellationToken cancellationToken)
    {
        var user = submission.Requester.UserId;
        var used = await UseAsync(transaction, user, quota, cancellationToken);
        if (IsNear(used, quota))
        {
            var sql = transaction.Database.Pick(TakeTurnPostgres, TakeTurnSqlite);
            await transaction.ReadAsync(sql, p => p.Text("user_id", user), row => row.Number("turn"), cancellationToken);
            used = await UseAsync(transaction, user, quota, cancellationToken);
        }

        return used.Requests >= quota.OpenRequests
            ? new SubmissionOutcome.OverQuota(IsBytes: false, used.Requests, quota.OpenRequests)
            : used.Bytes + bytes > quota.StoredBytes
                ? new SubmissionOutcome.OverQuota(IsBytes: true, used.Bytes, quota.StoredBytes)
                : null;
    }

    private static bool IsNear((long Requests, long Bytes) used, RequestQuota quota) =>
        used.Requests >= quota.OpenRequests - Math.Max(FewestInTurns, quota.OpenRequests / 10)
        || used.Bytes >= quota.StoredBytes / 10 * 9;

    private static async Task<(long Requests, long Bytes)> UseAsync(
        Transaction transaction, string user, RequestQuota quota, CancellationToken cancellationToken) =>
        (await transaction.ReadAsync(
            Use,
            p => p.Text("user_id", user).Number("most", quota.OpenRequests),
            row => (row.Number("open"), row.Number("bytes")),
            cancellationToken)).Single();
}
