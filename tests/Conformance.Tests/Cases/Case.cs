using Pao.Conformance.Tests.Users;

namespace Pao.Conformance.Tests.Cases;

/// <summary>One promise of the protocol, played by a client against a hub with a worker.</summary>
/// <param name="Name">What is promised.</param>
/// <param name="Play">Plays it; throws when the promise is broken.</param>
internal sealed record Case(string Name, Func<Stage, Task> Play);

/// <summary>What a case has at hand.</summary>
/// <param name="User">The client.</param>
internal sealed record Stage(IHubUser User)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>An id that no other case has.</summary>
    public string Id { get; } = $"case-{Guid.NewGuid():N}";

    /// <summary>Starts an orchestration under the case's id and waits for its end.</summary>
    public async Task<InstanceState> RunAsync(string name, object? input = null) =>
        await User.WaitForCompletionAsync(await StartAsync(name, input));

    public Task<string> StartAsync(string name, object? input = null) => User.ScheduleAsync(name, input, new StartOptions(Id));

    /// <summary>Starts an orchestration and waits until it runs.</summary>
    public async Task<string> StartedAsync(string name, object? input = null)
    {
        var id = await StartAsync(name, input);
        await User.WaitForStartAsync(id);
        return id;
    }

    public Task UntilAsync(string id, RuntimeStatus status) =>
        UntilAsync(async () => (await User.GetAsync(id))?.Status == status, $"'{id}' is {status}");

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"Waited {Patience} in vain until {what}.");
            await timer.WaitForNextTickAsync();
        }
    }
}
