using Grpc.Core;
using Pao.Activities.Secrets;
using Pao.DurableTask;
using Pao.DurableTask.Protocol;

namespace Pao.Api.Histories;

/// <summary>Reads histories from the hub, which streams them: only what is answered with is held.</summary>
internal sealed class HistoryPages(ITaskHub hub, Redactor redactor)
{
    /// <summary>
    /// The events after a place, as many as asked for; null when there is no such instance, or it runs another execution
    /// than the one that is gone on with.
    /// </summary>
    public async Task<HistoryPage?> ReadAsync(
        string instanceId, HistoryCursor? after, int limit, CancellationToken cancellationToken)
    {
        var request = new StreamInstanceHistoryRequest { InstanceId = instanceId, ExecutionId = after?.Execution };
        try
        {
            return await ReadAsync(request, after?.Sequence ?? 0, limit, cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<HistoryPage> ReadAsync(
        StreamInstanceHistoryRequest request, int after, int limit, CancellationToken cancellationToken)
    {
        var reading = new HistoryReading();
        var execution = request.ExecutionId;
        List<HistoryEntry> entries = [];
        await foreach (var chunk in hub.StreamInstanceHistoryAsync(request, cancellationToken))
            foreach (var happened in chunk.Events)
            {
                execution ??= happened.ExecutionStarted?.OrchestrationInstance?.ExecutionId;
                if (entries.Count == limit)
                    return new HistoryPage(entries, new HistoryCursor(execution, entries[^1].Sequence));
                if (reading.Count < after)
                    reading.Skip(happened);
                else
                    entries.Add(Masked(reading.Read(happened)));
            }

        return new HistoryPage(entries, Next: null);
    }

    private HistoryEntry Masked(HistoryEntry entry) => entry with
    {
        Input = entry.Input is null ? null : redactor.Mask(entry.Input),
        Output = entry.Output is null ? null : redactor.Mask(entry.Output),
        Error = entry.Error is null ? null : redactor.Mask(entry.Error),
    };
}

/// <summary>Some events, and where to go on; null when that was all.</summary>
internal sealed record HistoryPage(IReadOnlyList<HistoryEntry> Entries, HistoryCursor? Next);

/// <summary>A place in a history. An instance that begins anew has another history, in which the place means nothing.</summary>
internal sealed record HistoryCursor(string? Execution, int Sequence);
