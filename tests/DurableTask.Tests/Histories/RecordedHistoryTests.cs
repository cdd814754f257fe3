using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;

namespace Pao.DurableTask.Tests.Histories;

public class RecordedHistoryTests
{
    [Theory]
    [InlineData("fulfilled.json")]
    [InlineData("approval-missed.json")]
    public void Todays_code_decides_in_every_turn_what_was_recorded(string file)
    {
        var history = Read(file);
        Assert.True(history.Count(e => e.OrchestratorStarted is not null) > 5);

        Assert.Null(Replayer(new Fulfil()).FindDifference(history));
    }

    [Fact]
    public void A_history_of_other_code_is_refused()
    {
        var difference = Replayer(new Fulfil("Render")).FindDifference(Read("fulfilled.json"));

        Assert.Contains("activity Prepare", difference, StringComparison.Ordinal);
        Assert.Contains("activity Render", difference, StringComparison.Ordinal);
    }

    private static HistoryReplayer Replayer(Fulfil orchestrator) =>
        new(new DurableTaskRegistry().AddOrchestrator("Play", () => orchestrator), new NoServices());

    private static List<HistoryEvent> Read(string file) =>
        [.. HistoryChunk.Parser.ParseJson(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Histories", file))).Events];

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
