using System.Collections.Concurrent;

namespace Pao.Bench;

/// <summary>An activity of the orchestrations says "here I am"; who waits for it hears it at once.</summary>
internal sealed class Echo
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _expected = [];

    public (string Key, Task Heard) Expect()
    {
        var key = Guid.NewGuid().ToString("n");
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _expected[key] = heard;
        return (key, heard.Task);
    }

    /// <summary>A key that nobody here waits for is an earlier process's.</summary>
    public string Hear(string key)
    {
        if (_expected.TryRemove(key, out var heard))
            heard.SetResult();
        return key;
    }
}
