using Pao.DurableTask;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Following;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Telling;

namespace Pao.Orchestrator.Tests.Histories;

/// <summary>
/// Histories replayed with today's code: those that a run of every sample item left and one of the example's custom action whose
/// worker came late (the end-to-end tests record them, with <c>PAO_RECORD_HISTORIES</c> naming a folder); of effects that were
/// followed, of outages, decisions and bundles (<see cref="Recording"/> records them). A difference means that requests which are running when this version is
/// installed would break: keep the old way for them, then record anew.
/// </summary>
public sealed class RecordedHistoryTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Histories");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(Path.GetFileName).OfType<string>().Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Todays_code_decides_what_was_recorded(string file)
    {
        var history = HistoryChunk.Parser.ParseJson(File.ReadAllText(Path.Combine(Folder, file))).Events;
        var replayer = new HistoryReplayer(new DurableTaskRegistry().AddFulfilment(), new NoServices());

        var difference = replayer.FindDifference(history);

        Assert.True(difference is null, difference);
    }

    [Fact]
    public void Every_sample_item_a_custom_action_and_each_orchestrator_has_a_history()
    {
        Assert.Equal(6 + 1 + 11, Files.Count);
        Assert.Equal(
            [AwaitAction.Name, CancelEffects.Name, Escalate.Name, FulfilBundle.Name, FulfilComponent.Name, FulfilRequest.Name, OutlastOutage.Name, TellTickets.Name],
            Directory.GetFiles(Folder, "*.json").Select(Started).Distinct().Order());
    }

    private static string Started(string file) => HistoryChunk.Parser.ParseJson(File.ReadAllText(file)).Events
        .Select(one => one.ExecutionStarted?.Name).OfType<string>().First();

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
