using System.Text.Json.Nodes;
using System.Threading.Channels;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Inbound;

/// <summary>
/// Events that other systems send about effects. Each is a hint: stored before its sender is answered, handed to whoever
/// waits for what it is about, now or in the next days, and never believed: the state is read from its source.
/// </summary>
public sealed partial class InboundEvents(Database database, TimeProvider time)
{
    public const int LongestText = 512;
    public const int MostKeys = 20;

    /// <summary>Longer than any sender delivers again, and than an effect takes to be known after its first event.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    // One note is enough: whoever reads it looks for all of them.
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Stores an event; returns once that is durable.</summary>
    /// <param name="origin">From where it came.</param>
    /// <param name="source">Who sends, as configured here: <c>github</c>, <c>jira:default</c>. Its deliveries are numbered by itself.</param>
    /// <param name="deliveryId">The sender's id of this delivery; the same one again changes nothing.</param>
    /// <param name="hintKeys">What it is about, as <see cref="Activities.ActionProgress.Waiting.HintKeys"/> has it; at most 20.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when this delivery was stored before, or is about nothing.</returns>
    /// <exception cref="ArgumentException">One of the texts is empty or longer than 512 characters, or there are too many keys.</exception>
    public async Task<bool> AcceptAsync(
        Origin origin, string source, string deliveryId, IReadOnlyCollection<string> hintKeys, CancellationToken cancellationToken)
    {
        if (hintKeys.Count > MostKeys || hintKeys.Append(source).Append(deliveryId).Any(text => text.Length is 0 or > LongestText))
            throw new ArgumentException($"An event has at most {MostKeys} keys, and texts of 1 to {LongestText} characters.", nameof(hintKeys));

        var stored = await database.WriteAsync(async transaction =>
        {
            var (rows, now) = (0, Clock.Microseconds(time));
            foreach (var key in hintKeys)
                rows += await transaction.ExecuteAsync(
                    Insert,
                    p => p.Text("source", source).Text("delivery_id", deliveryId).Text("hint_key", key).Time("now", now),
                    cancellationToken);
            if (rows > 0)
                await AuditLog.WriteAsync(transaction, Entry(origin, source, deliveryId, hintKeys), now, cancellationToken);
            return rows;
        }, cancellationToken);
        if (stored > 0)
            _news.Writer.TryWrite(true);
        return stored > 0;
    }

    private static AuditEntry Entry(Origin origin, string source, string deliveryId, IEnumerable<string> hintKeys) => new(origin, "webhook.accept")
    {
        Details = new JsonObject
        {
            ["source"] = source,
            ["delivery_id"] = deliveryId,
            ["about"] = new JsonArray([.. hintKeys.Select(key => JsonValue.Create(key))]),
        },
    };

    /// <summary>Waits until an event was stored in this process, or a time has passed.</summary>
    internal async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _news.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another process may have stored some.
        }
    }

    /// <summary>The oldest events that somebody waits for.</summary>
    internal async Task<IReadOnlyList<InboundEvent>> AwaitedAsync(int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            Awaited, p => p.Number("limit", limit), row => (Id: row.Number("id"), Key: row.Text("hint_key")), cancellationToken);
        List<InboundEvent> events = [];
        foreach (var byKey in rows.GroupBy(row => row.Key, row => row.Id, StringComparer.Ordinal))
        {
            var waiting = await database.ReadAsync(
                Waiting, p => p.Text("hint_key", byKey.Key), row => row.Text("instance_id"), cancellationToken);
            events.Add(new InboundEvent(byKey.Key, [.. byKey], waiting));
        }

        return events;
    }

    internal Task MarkDeliveredAsync(InboundEvent inbound, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            foreach (var id in inbound.Ids)
                await transaction.ExecuteAsync(
                    MarkDelivered, p => p.Number("id", id).Time("now", Clock.Microseconds(time)), cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>Forgets what is older than anybody asks for.</summary>
    internal Task<int> ForgetAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.ExecuteAsync(Forget, p => p.Time("before", time.GetUtcNow() - KeptFor), cancellationToken),
            cancellationToken);
}

/// <summary>Events about one thing, and the orchestrations that wait for it.</summary>
internal sealed record InboundEvent(string HintKey, IReadOnlyList<long> Ids, IReadOnlyList<string> Followers);
