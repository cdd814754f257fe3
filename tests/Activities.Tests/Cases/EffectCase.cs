using System.Text.Json.Nodes;
using Pao.Activities.Tests.Jira;

namespace Pao.Activities.Tests.Cases;

/// <summary>What a call that makes an effect meets, and what comes of it.</summary>
/// <param name="Name">Of the case.</param>
/// <param name="Trace">What the journal is told, attempt by attempt, until the engine would stop trying.</param>
/// <param name="Effects">How often the effect is there in the end.</param>
internal sealed record EffectCase(string Name, string Trace, int Effects)
{
    private const int MostAttempts = 3;

    /// <summary>The sandbox's fault, beside method and path; null when it behaves.</summary>
    public JsonObject? Fault { get; init; }

    public static EffectCase Of(string name, string fault, string trace, int effects) =>
        new(name, trace, effects) { Fault = JsonNode.Parse(fault)!.AsObject() };

    /// <summary>A call that is answered a status before it had any effect, so often.</summary>
    public static EffectCase Status(int status, string trace, int effects, int times = 1, string? retryAfter = null) =>
        new($"answered {status}{(times > 1 ? $", {times} times" : "")}{(retryAfter is null ? "" : $", Retry-After: {retryAfter}")}", trace, effects)
        {
            Fault = new JsonObject { ["kind"] = "status", ["status"] = status, ["times"] = times, ["retry_after"] = retryAfter },
        };

    /// <summary>Attempts as the engine makes them, without its pauses.</summary>
    public async Task AssertAsync(TicketDesk desk, ActionExecution execution, string method, string path, Func<Task<int>> count)
    {
        if (Fault is { } fault)
        {
            var planned = fault.DeepClone().AsObject();
            (planned["method"], planned["path"]) = (method, path);
            await desk.PostToSandboxAsync("/faults/planned", planned);
        }

        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            try
            {
                await desk.AttemptAsync(execution);
                break;
            }
            catch (ActionFailedException failure)
            {
                if (!failure.Retryable)
                    break;
            }
        }

        var told = desk.Journal.Notes.Select(note => note.Replace("intent ", "", StringComparison.Ordinal).Replace("verdict ", "", StringComparison.Ordinal));
        Assert.Equal(Trace, string.Join(" > ", told));
        Assert.Equal(Effects, await count());
    }
}
