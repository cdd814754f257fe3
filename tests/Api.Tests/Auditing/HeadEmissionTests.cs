using Pao.Api.Auditing;
using Pao.Api.Tests.Harness;
using Pao.Audit;

namespace Pao.Api.Tests.Auditing;

/// <summary>Heads outside the database: at an address, in a file that goes on after a restart, in the log.</summary>
public sealed class HeadEmissionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_head_is_posted_filed_and_logged_the_same_and_a_restart_goes_on_with_their_numbers()
    {
        await using var keeper = await Target.StartAsync();
        var folder = Directory.CreateTempSubdirectory("pao-heads-");
        using var key = HeadKey.FromPem(HeadKey.CreatePem());
        var pem = HeadKey.CreatePem();
        using var signing = HeadKey.FromPem(pem);
        var settings = new Dictionary<string, string>
        {
            ["Pao:Audit:Heads:Every"] = "00:00:01",
            ["Pao:Audit:Heads:Directory"] = folder.FullName,
            ["Pao:Audit:Heads:Url"] = $"{keeper.Address}heads",
            ["Pao:Audit:Heads:SigningKey"] = pem,
        };
        for (var start = 0; start < 2; start++)
        {
            await using var service = new Service { Settings = settings };
            await service.InitializeAsync();
            var before = keeper.Calls.Count;
            using var client = service.Client();
            await Service.WaitForAsync(client, "/api/v1/version", _ => keeper.Calls.Count >= before + 3);
        }

        var posted = keeper.Calls.Select(call => AuditHead.Parse(call.Body) ?? throw new InvalidOperationException(call.Body)).ToList();
        var lines = Directory.GetFiles(folder.FullName, "*.jsonl").SelectMany(File.ReadAllLines).ToList();
        folder.Delete(recursive: true);

        // The last of each start may have been filed when the process ended, and not been posted.
        Assert.Equal(posted, lines.Select(AuditHead.Parse).OfType<AuditHead>().Where(posted.Contains));
        Assert.InRange(lines.Count - posted.Count, 0, 2);
        Assert.Equal(Enumerable.Range(1, lines.Count).Select(number => (long)number), lines.Select(line => AuditHead.Parse(line)!.Number));
        Assert.All(posted, head => Assert.True(head.IsSignedBy(signing)));
        Assert.All(posted, head => Assert.False(head.IsSignedBy(key)));
    }

    [Fact]
    public async Task Whatever_keeps_a_head_from_being_told_the_next_one_is()
    {
        var folder = Directory.CreateTempSubdirectory("pao-heads-");
        await using var service = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Audit:Heads:Every"] = "00:00:01",
                ["Pao:Audit:Heads:Directory"] = folder.FullName,
                ["Pao:Audit:Heads:Url"] = "ftp://127.0.0.1/heads", // an address, which no client here can call
            },
        };
        await service.InitializeAsync();
        using var client = service.Client();

        await Service.WaitForAsync(client, "/api/v1/version", _ => service.Log.Lines.Count(line => line.StartsWith("The head of the audit is not told", StringComparison.Ordinal)) >= 2);

        Assert.InRange(Directory.GetFiles(folder.FullName, "*.jsonl").SelectMany(File.ReadAllLines).Count(), 2, int.MaxValue);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_folder_that_takes_no_more_heads_keeps_none_from_being_told_and_goes_on_when_it_does()
    {
        await using var keeper = await Target.StartAsync();
        var folder = Directory.CreateTempSubdirectory("pao-heads-");
        var pem = HeadKey.CreatePem();
        await using (var service = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Audit:Heads:Every"] = "00:00:01",
                ["Pao:Audit:Heads:Directory"] = folder.FullName,
                ["Pao:Audit:Heads:Url"] = $"{keeper.Address}heads",
                ["Pao:Audit:Heads:SigningKey"] = pem,
            },
        })
        {
            await service.InitializeAsync();
            using var client = service.Client();
            await ToldAsync(client, 2);
            var file = Assert.Single(Directory.GetFiles(folder.FullName, "*.jsonl"));
            File.Move(file, $"{file}.away");
            Directory.CreateDirectory(file); // in the place of the file
            await ToldAsync(client, 3);
            Directory.Delete(file);
            File.Move($"{file}.away", file);
            await ToldAsync(client, 3);
        }

        var posted = keeper.Calls.Select(call => call.Body).ToList();
        var filed = Directory.GetFiles(folder.FullName, "*.jsonl").SelectMany(File.ReadAllLines).ToList();
        folder.Delete(recursive: true);
        using var key = HeadKey.FromPem(pem);
        Assert.InRange(filed.Count, 4, posted.Count - 1);
        Assert.Empty(AuditHeads.Read([("filed", filed), ("posted", posted)], [key]).Findings);

        Task ToldAsync(HttpClient client, int more)
        {
            var before = keeper.Calls.Count;
            return Service.WaitForAsync(client, "/api/v1/version", _ => keeper.Calls.Count >= before + more);
        }
    }

    [Fact]
    public void Heads_go_on_in_their_order_when_the_clock_has_gone_back()
    {
        var folder = Directory.CreateTempSubdirectory("pao-heads-");
        using var key = HeadKey.FromPem(HeadKey.CreatePem());
        AuditHead? last = null;
        using (var heads = new HeadFile(folder.FullName))
        {
            foreach (var month in (int[])[11, 12, 11])
                heads.Append(last = AuditHead.Sign(new DateTimeOffset(2026, month, 1, 0, 0, 0, TimeSpan.Zero), 1, new byte[32], 0, "one", last, key));
        }

        using var next = new HeadFile(folder.FullName);

        Assert.Equal(last, next.Last());
        next.Append(last = AuditHead.Sign(new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero), 1, new byte[32], 0, "one", last, key));
        Assert.Equal(4, next.Last()?.Number);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_chain_that_is_no_longer_what_was_told_is_critical()
    {
        var folder = Directory.CreateTempSubdirectory("pao-heads-");
        var pem = HeadKey.CreatePem();
        using var signing = HeadKey.FromPem(pem);
        var told = AuditHead.Sign(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), 1_000_000, new byte[32], 0, "one", previous: null, signing);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "heads-2026-11.jsonl"), $"{told.ToLine()}\n{{\"torn", Cancellation);
        await using var service = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Audit:Heads:Every"] = "00:00:01",
                ["Pao:Audit:Heads:Directory"] = folder.FullName,
                ["Pao:Audit:Heads:SigningKey"] = pem,
            },
        };
        await service.InitializeAsync();
        using var client = service.Client();

        await Service.WaitForAsync(client, "/api/v1/version", _ => service.Log.Lines.Any(line => line.Contains("The audit is not what it was: entry 1000000", StringComparison.Ordinal)));

        Assert.All(await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "heads-2026-11.jsonl"), Cancellation), line => Assert.NotNull(AuditHead.Parse(line)));
    }
}
