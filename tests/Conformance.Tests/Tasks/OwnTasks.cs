using System.Collections.Concurrent;
using Pao.DurableTask;

namespace Pao.Conformance.Tests.Tasks;

/// <summary>The suite's orchestrators and activities, as node/tasks.mjs has them in JavaScript: the same names, the same answers.</summary>
internal static partial class OwnTasks
{
    private static readonly ConcurrentDictionary<string, int> Tries = new();

    public static void AddActivities(DurableTaskRegistry tasks) => tasks
        .AddActivityFunc<object?, object?>("echo", (_, value) => value)
        .AddActivityFunc<Sum, int>("add", (_, sum) => sum.A + sum.B)
        .AddActivityFunc<Repetition, string>("repeat", (_, what) => string.Concat(Enumerable.Repeat(what.Text, what.Times)))
        .AddActivityFunc<object?, string>("language", (_, _) => "csharp")
        .AddActivityFunc<string, object?>("fail", (_, message) => throw new InvalidOperationException(message))
        .AddActivityFunc<Failing, int>("failTimes", (_, failing) =>
        {
            var made = Tries.AddOrUpdate(failing.Key, 1, (_, before) => before + 1);
            return made > failing.Times ? made : throw new InvalidOperationException($"try {made}");
        });

    private static TaskOptions Quickly(int attempts) =>
        TaskOptions.FromRetryPolicy(new RetryPolicy(attempts, TimeSpan.FromMilliseconds(10)));

    internal sealed record Sum(int A, int B);

    internal sealed record Repetition(string Text, int Times);

    internal sealed record Failing(string Key, int Times);

    internal sealed record Retrying(string Key, int Times, int Attempts);

    internal sealed record Generation(int Left, int Sum);

    internal sealed record Gathering(int Left, int[] Values);
}
