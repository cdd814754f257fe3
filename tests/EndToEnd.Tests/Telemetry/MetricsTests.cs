using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pao.EndToEnd.Tests.Programs;
using Pao.Tests.Telemetry;

namespace Pao.EndToEnd.Tests.Telemetry;

/// <summary>What a process tells Prometheus of its work.</summary>
public sealed partial class MetricsTests : EndToEndTest
{
    private const string Item = "testing-three-steps";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_process_did_is_told_as_Prometheus_wants_it_told()
    {
        var pao = Pao();
        await pao.StartAsync();
        var done = await pao.Api.SubmitAsync(Item, Named("done"));
        await pao.Api.AssertCompletesAsync(done);
        await FailAndAbortAsync(pao);
        foreach (var path in new[] { "/catalog", "/catalog", "/catalog", $"/requests/{done}/status?wait=1s", $"/requests/{done}/status" })
            await pao.Api.GetAsync(path);

        var metrics = await ScrapeAsync(pao);

        await Promtool.AssertAcceptsAsync(["check", "metrics"], metrics);
        Assert.Equal(2, Sum(metrics, "pao_requests_total", $"catalog_item=\"{Item}\"", "status=\"submitted\"", "team=\"none\""));
        Assert.Equal(1, Sum(metrics, "pao_requests_total", "status=\"completed\""));
        Assert.Equal(1, Sum(metrics, "pao_requests_total", "status=\"failed\""));
        Assert.Equal(1, Sum(metrics, "pao_requests_total", "status=\"aborted\""));
        Assert.Equal(1, Sum(metrics, "pao_request_duration_seconds_count", "status=\"completed\""));
        Assert.Equal(1, Sum(metrics, "pao_request_duration_seconds_count", "status=\"aborted\""));
        Assert.Equal(3, Sum(metrics, "pao_action_duration_seconds_count", "outcome=\"completed\""));
        Assert.Equal(1, Sum(metrics, "pao_action_duration_seconds_count", "outcome=\"failed\"", "type=\"rest-api\""));
        Assert.Equal(1, Sum(metrics, "pao_action_failures_total", "reason=\"action.rejected\"", "type=\"rest-api\""));
        Assert.Equal(2, Sum(metrics, "pao_action_failures_total", "reason=\"action.unavailable\""));
        Assert.Equal(2, Sum(metrics, "pao_catalog_cache_lookups_total", "result=\"hit\""));
        Assert.True(StatusReads(metrics, "pao_waiting=\"true\"") is > 0 and var waiting && StatusReads(metrics) > waiting);
        Assert.DoesNotContain(done, metrics);
        AssertLabels(metrics);
    }

    [Fact]
    public async Task They_are_for_who_has_the_key_or_where_an_operator_wants_that_for_this_machine()
    {
        var pao = Pao();
        await pao.StartAsync();
        using var stranger = new HttpClient();
        using var closed = await stranger.GetAsync(Address(pao), Cancellation);
        await pao.KillAsync();

        await pao.StartAsync(("Pao__Telemetry__OpenMetricsOnLoopback", "true"));
        using var open = await stranger.GetAsync(Address(pao), Cancellation);
        using var behindProxy = new HttpRequestMessage(HttpMethod.Get, Address(pao));
        behindProxy.Headers.Add("X-Forwarded-For", "192.0.2.1");
        using var forwarded = await stranger.SendAsync(behindProxy, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, forwarded.StatusCode);
    }

    private static Uri Address(PaoProcess pao) => new($"{pao.Url}/api/v1/metrics");

    private async Task FailAndAbortAsync(PaoProcess pao)
    {
        await Sandbox.FaultAsync("POST /resources/first", "status", status: 400);
        var id = await pao.Api.SubmitAsync(Item, Named("failed"));
        Assert.Equal("failed", await pao.Api.EndOfAsync(id));
        using var aborted = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/abort", new JsonObject { ["reason"] = "Enough." });
        aborted.EnsureSuccessStatusCode();
    }

    private static async Task<string> ScrapeAsync(PaoProcess pao)
    {
        using var answer = await pao.Api.SendAsync(HttpMethod.Get, "/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    /// <summary>What the alerts and the dashboard select by is there.</summary>
    private static void AssertLabels(string metrics)
    {
        var folder = Path.Combine(Repository.Root, "deploy", "monitoring");
        var queries = File.ReadAllText(Path.Combine(folder, "alerts.yml")) + File.ReadAllText(Path.Combine(folder, "dashboard.json")).Replace("\\\"", "\"", StringComparison.Ordinal);
        var labels = Label().Matches(queries).Where(label => label.Groups["value"].Value is not "").Select(label => label.Groups["label"].Value)
            .Except(["instance", "job"]).ToList();
        Assert.Contains("pao_waiting", Label().Matches(queries).Select(label => label.Groups["label"].Value));
        Assert.Contains("status", labels);
        Assert.All(labels, label => Assert.Matches($"[{{,]{label}=\"", metrics));
    }

    private static double StatusReads(string metrics, params string[] labels) =>
        Sum(metrics, "http_server_request_duration_seconds_count", [.. labels, "http_route=\"/api/v1/requests/{id}/status\""]);

    private static double Sum(string metrics, string name, params string[] labels) => metrics.Split('\n')
        .Where(line => line.StartsWith($"{name}{{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
        .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));

    [GeneratedRegex("""[{,]\s?(?<label>[a-z_]+)=~?"(?<value>[^"]*)["]""")]
    private static partial Regex Label();
}
