using Pao.DurableTask;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;

namespace Pao.Orchestrator.Tests.Histories;

/// <summary>
/// The histories that runs of five sample items left, one of the example's custom action whose worker came late, and of a
/// bundle one of whose components failed and was retried, replayed with today's code (the end-to-end tests record them, with
/// <c>PAO_RECORD_HISTORIES</c> naming a folder). A difference means that requests which are running when this version is
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
    public void Five_sample_items_a_custom_action_and_a_bundle_have_histories() => Assert.Equal(5 + 1 + 2, Files.Count);

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
