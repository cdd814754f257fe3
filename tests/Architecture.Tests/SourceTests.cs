using System.Text.RegularExpressions;

namespace Pao.Architecture.Tests;

public sealed partial class SourceTests
{
    private const int MaxLines = 400;

    /// <summary>Interfaces with fewer than two implementations in src, each with its reason.</summary>
    private static readonly Dictionary<string, string> WithReason = new()
    {
        ["ITaskActivity"] = "the untyped face of TaskActivity<,>, a name of Microsoft's API",
        ["ITaskOrchestrator"] = "the untyped face of TaskOrchestrator<,>, a name of Microsoft's API",
        ["IDurableTaskClientBuilder"] = "a name of Microsoft's API",
        ["IDurableTaskWorkerBuilder"] = "a name of Microsoft's API",
        ["ITaskHub"] = "the seam of the engine: a direct call in one process, the gRPC service across processes",
        ["IActionJournal"] = "Activities may not know the request store, which implements it",
        ["ICatalogArchive"] = "Catalog may not know the request store, which implements it",
        ["IRelatedTickets"] = "Activities may not know the request store, which implements it",
        ["ICommentedExecutor"] = "a capability that callers ask executors for; only tickets take comments so far",
        ["IKeyPairs"] = "the keys of AWS's test suite are none of this service's",
        ["IRequestSecrets"] = "Activities may not know the request store, which implements it",
    };

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void No_file_has_more_than_400_lines(string folder)
    {
        var tooLong = Repository.Sources(folder)
            .Select(file => (File: Repository.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > MaxLines);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void An_interface_has_two_implementations_or_a_reason()
    {
        var sources = Repository.Sources("src").Select(File.ReadAllText).ToArray();
        var interfaces = sources.SelectMany(source => Interface().Matches(source)).Select(match => match.Groups["name"].Value).ToArray();
        var bases = sources.SelectMany(source => Implementation().Matches(source))
            .SelectMany(match => Name().Matches(match.Groups["bases"].Value))
            .CountBy(match => match.Value)
            .ToDictionary();
        // What implements an interface implements those that it extends.
        foreach (var (extending, extended) in sources.SelectMany(source => Extension().Matches(source))
            .SelectMany(match => Name().Matches(match.Groups["bases"].Value).Select(name => (match.Groups["name"].Value, name.Value))))
        {
            bases[extended] = bases.GetValueOrDefault(extended) + bases.GetValueOrDefault(extending);
        }

        var lonely = interfaces.Where(name => bases.GetValueOrDefault(name) < 2 && !WithReason.ContainsKey(name)).ToArray();

        Assert.NotEmpty(interfaces);
        Assert.Empty(lonely);
    }

    [Fact]
    public void Folders_and_types_are_named_after_the_domain()
    {
        var nondescript = Repository.Sources("src").Select(Repository.Relative)
            .Where(file => Nondescript().IsMatch(file));

        Assert.Empty(nondescript);
    }

    [GeneratedRegex(@"\binterface\s+(?<name>I[A-Z]\w*)")]
    private static partial Regex Interface();

    [GeneratedRegex(@"\binterface\s+(?<name>I[A-Z]\w*)\s*:\s*(?<bases>[^{;]+)")]
    private static partial Regex Extension();

    // The list of bases ends where the body or the constraints begin.
    [GeneratedRegex(@"\b(?:class|record|struct)\s+\w+(?:<[^>]*>)?\s*(?:\((?>[^()]+|\((?<open>)|\)(?<-open>))*\))?\s*:\s*(?<bases>[^{;]+)")]
    private static partial Regex Implementation();

    [GeneratedRegex(@"\bI[A-Z]\w*")]
    private static partial Regex Name();

    [GeneratedRegex(@"/(?:Models|Services|Helpers|Utils|Utilities|Interfaces|Exceptions|Constants)/|(?:Helpers?|Utils?|Manager)\.cs$")]
    private static partial Regex Nondescript();
}
