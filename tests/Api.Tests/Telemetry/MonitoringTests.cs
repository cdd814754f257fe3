using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pao.Api.Tests.Harness;
using Pao.Tests.Telemetry;
using YamlDotNet.RepresentationModel;

namespace Pao.Api.Tests.Telemetry;

/// <summary>What is in deploy/monitoring is about metrics, labels and routes that the service has.</summary>
public sealed partial class MonitoringTests(Service service) : IClassFixture<Service>
{
    private static readonly string[] Words =
    [
        "sum", "max", "min", "avg", "topk", "by", "without", "rate", "increase", "histogram_quantile", "and", "or", "unless", "offset",
        "up", // Prometheus's own
    ];

    private static string Folder => Path.Combine(Root(), "deploy", "monitoring");

    [Fact]
    public Task The_alert_rules_are_valid() => Promtool.AssertAcceptsAsync(["check", "rules", Path.Combine(Folder, "alerts.yml")]);

    [Fact]
    public Task The_alerts_fire_when_they_should() => Promtool.AssertAcceptsAsync(["test", "rules", Path.Combine(Root(), "tests", "Api.Tests", "Telemetry", "alerts.test.yml")]);

    [Fact]
    public async Task Rules_and_dashboard_ask_for_nothing_that_the_service_does_not_measure()
    {
        var known = await KnownNamesAsync();

        foreach (var query in Queries())
            Assert.All(
                Word().Matches(Grouping().Replace(Selector().Replace(query, ""), "")).Select(word => word.Value).Where(word => !Words.Contains(word)),
                name => Assert.True(known.Contains(name), $"Nothing is called {name}, which is asked for in: {query}"));
    }

    [Fact]
    public void Rules_and_dashboard_name_routes_that_there_are()
    {
        var routes = service.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(route => $"/{route.RoutePattern.RawText?.TrimStart('/')}").ToHashSet();

        foreach (var named in Queries().SelectMany(query => Route().Matches(query)))
            Assert.True(
                named.Groups["is"].Value is "=" ? routes.Contains(named.Groups["route"].Value) : routes.Any(route => Regex.IsMatch(route, $"^{named.Groups["route"].Value}$")),
                $"No route is {named.Groups["route"].Value}.");
    }

    private static List<string> Queries()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "dashboard.json")));
        var yaml = new YamlStream();
        using (var rules = new StreamReader(Path.Combine(Folder, "alerts.yml")))
            yaml.Load(rules);
        List<string> queries =
        [
            .. yaml.Documents[0].AllNodes.OfType<YamlMappingNode>()
                .SelectMany(node => node.Children).Where(pair => pair.Key is YamlScalarNode { Value: "expr" }).Select(pair => $"{pair.Value}"),
            .. Expressions(dashboard),
        ];
        Assert.True(queries.Count > 40, $"only {queries.Count} queries were found");
        return queries;
    }

    private static IEnumerable<string> Expressions(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key is "expr" ? [(string?)member.Value ?? ""] : Expressions(member.Value)),
        JsonArray items => items.SelectMany(Expressions),
        _ => [],
    };

    /// <summary>By the instruments that there are: some count only when something goes wrong.</summary>
    private async Task<HashSet<string>> KnownNamesAsync()
    {
        List<Instrument> instruments = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                lock (instruments)
                    instruments.Add(instrument);
            },
        };
        listener.Start();
        HashSet<string> known;
        lock (instruments) // services of other tests add theirs
            known = [.. instruments.SelectMany(Exposition.NamesOf)];

        // So are the names made, as is seen by those that are shown.
        var shown = (await ScrapeAsync()).Names.Where(name => name.StartsWith("pao_", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(shown);
        Assert.Empty(shown.Except(known));
        return known;
    }

    private async Task<Exposition> ScrapeAsync()
    {
        using var client = service.Client();
        using var answer = await client.GetAsync("/api/v1/metrics", TestContext.Current.CancellationToken);
        return new Exposition(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pao.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Pao.sln is not above the tests.");
        return folder.FullName;
    }

    [GeneratedRegex(@"\{[^}]*\{[^}]*\}[^}]*\}|\{[^}]*\}|\[[^\]]*\]|offset \d+[smhd]")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\b(?:by|without)\s*\([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"[a-zA-Z_][a-zA-Z_0-9]*")]
    private static partial Regex Word();

    [GeneratedRegex("""http_route(?<is>=~?)"(?<route>[^"]*)["]""")]
    private static partial Regex Route();
}
