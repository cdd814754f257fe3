using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests.Telemetry;

/// <summary>What a process writes about its work.</summary>
public sealed class LogTests : EndToEndTest
{
    private static readonly string[] Always = ["time", "level", "category", "message"];

    [Fact]
    public async Task As_JSON_every_line_is_an_object_and_those_of_a_request_are_found_by_its_ids()
    {
        var pao = Pao();
        await pao.StartAsync(("Pao__Logging__Format", "json"), ("Logging__LogLevel__Default", "Debug"));
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var answer = await pao.Api.SendAsync(
            HttpMethod.Post, "/requests", PaoApi.Submission("testing-three-steps", Named("logged")), traceParent: $"00-{trace}-00f067aa0ba902b7-00");
        var request = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var id = (string?)request?["id"] ?? throw new InvalidOperationException("No id.");
        await pao.Api.AssertCompletesAsync(id);
        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));

        var lines = pao.WholeOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)?.AsObject() ?? throw new JsonException(line)).ToList();
        Assert.All(lines, line => Assert.All(Always, name => Assert.NotNull(line[name])));
        Assert.DoesNotContain(pao.Key(), pao.WholeOutput, StringComparison.Ordinal);
        foreach (var action in new[] { "first", "second", "third" })
        {
            var done = Assert.Single(lines, line => (string?)line["action_id"] == action && ((string?)line["message"])!.EndsWith("is done.", StringComparison.Ordinal));
            Assert.Equal(
                (id, answer.Headers.GetValues("X-Correlation-Id").Single(), trace),
                ((string?)done["request_id"], (string?)done["correlation_id"], (string?)done["trace_id"]));
        }
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task An_output_that_nobody_reads_holds_nothing_up_and_what_is_dropped_is_counted(string format)
    {
        Directory.CreateDirectory(Folder("pipe"));
        var pipe = Path.Combine(Folder("pipe"), "stdout");
        // Somebody has the pipe's other end open, and does not read. Bash, because sh drops settings whose names have a hyphen or a dot.
        var pao = Own(new PaoProcess(Sandbox, Folder("data"))
        {
            Wrapper = ["bash", "-c", $"mkfifo {pipe}; sleep 600 < {pipe} & exec \"$0\" \"$@\" > {pipe}"],
        });
        await pao.StartAsync(
            ("Pao__Logging__Format", format), ("Pao__Logging__QueueLength", "100"), ("Logging__LogLevel__Default", "Debug"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Debug"));

        await Until.TrueAsync(
            async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pao.Api.GetAsync("/catalog")));
                return await DroppedAsync(pao) > 100;
            },
            () => "lines are dropped");

        var id = await pao.Api.SubmitAsync("testing-three-steps", Named("unread"));
        await pao.Api.AssertCompletesAsync(id);
        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task<double> DroppedAsync(PaoProcess pao)
    {
        using var answer = await pao.Api.SendAsync(HttpMethod.Get, "/metrics");
        var metrics = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var line = metrics.Split('\n').First(line => line.StartsWith("pao_log_dropped_total", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
