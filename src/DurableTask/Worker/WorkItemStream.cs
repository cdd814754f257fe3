using System.Runtime.CompilerServices;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Worker;

/// <summary>A hub's work items, with a watch on the stream: one that is silent for too long is dead.</summary>
internal sealed class WorkItemStream(ITaskHub hub, TimeProvider time, TimeSpan silenceLimit)
{
    private long _lastMessage;

    /// <exception cref="TimeoutException">The stream was silent for too long.</exception>
    public async IAsyncEnumerable<WorkItem> ReadAsync(
        GetWorkItemsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var silent = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _lastMessage = time.GetTimestamp();
        await using var timer = time.CreateTimer(_ => Check(silent), null, silenceLimit, silenceLimit / 8);
        await using var items = hub.GetWorkItemsAsync(request, silent.Token).GetAsyncEnumerator(silent.Token);

        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync())
                    yield break;
            }
            catch (OperationCanceledException) when (silent.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The hub's stream of work items was silent for {silenceLimit}.");
            }

            Volatile.Write(ref _lastMessage, time.GetTimestamp());
            yield return items.Current;
        }
    }

    private void Check(CancellationTokenSource silent)
    {
        if (time.GetElapsedTime(Volatile.Read(ref _lastMessage)) >= silenceLimit)
            silent.Cancel();
    }
}
