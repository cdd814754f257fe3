using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;
using Pao.EndToEnd.Tests.Telemetry;

namespace Pao.EndToEnd.Tests.Secrets;

/// <summary>
/// A whole run with secrets of every origin, sent for real to systems that send them back: none of them is in the database, in
/// what the process wrote, in histories or in any answer, in any form.
/// </summary>
public sealed class SecretTraceTests : EndToEndTest
{
    private const string Canary = "a-canary-that-is-no-secret";

    /// <summary>It waits for a worker that is not there.</summary>
    private const string Custom = "developer-tools-page-team";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task No_secret_of_a_whole_run_is_left_anywhere(string store)
    {
        var database = store is "postgres" ? Own(await TestDatabase.CreateAsync()) : null;
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), database?.Url, await CatalogAsync()));
        var collector = Own(new OtlpCollector());
        await PrepareAsync(pao);
        await pao.StartAsync([.. Settings(), .. collector.Settings]);
        var traces = new Traces();

        var ids = await SubmitSamplesAsync(pao, traces);
        var failed = await SubmitSecretsAsync(pao, traces);
        ids.Add(failed);
        foreach (var id in ids)
            await pao.Api.EndOfAsync(id);
        await AssertSentAndMaskedAsync(pao, failed);
        await DecideAsync(pao, traces, failed);
        await GatherAsync(pao, traces, ids);

        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));
        traces.Add("output", pao.WholeOutput);
        foreach (var message in collector.Messages)
            traces.Add("spans", Encoding.UTF8.GetString(message));
        await traces.AddFolderAsync(Folder("data"));
        if (database is not null)
            await traces.AddDatabaseAsync(database.ConnectionString);

        // What is no secret is found where it is looked for, and so would be what is one.
        Assert.True(traces.Have(database is null ? "file pao.db" : "table", Canary), "the database was not read");
        Assert.True(traces.Have("answer", Canary), "no answer was kept");
        Assert.True(traces.Have("output", failed), "what the process wrote was not kept");
        Assert.True(traces.Have("spans", failed), "no spans were kept");
        var found = KnownSecret.All.SelectMany(traces.Of).ToList();
        Assert.True(found.Count is 0, string.Join('\n', found.Take(20)));
    }

    private static (string Name, string Value)[] Settings() =>
    [
        ("Logging__LogLevel__Default", "Debug"),
        ("Pao__Secrets__e2e-plain", KnownSecret.Of("configuration").Value),
        ("Pao__Secrets__e2e-basic", KnownSecret.Of("basic authentication").Value),
        ("Pao__Secrets__sandbox-api-token", KnownSecret.Of("a bearer token of documents").Value),
        ("Pao__Secrets__sandbox-storage-password", KnownSecret.Of("a password of documents").Value),
        ("Pao__Secrets__sandbox-jira-webhook", KnownSecret.Of("JIRA's webhook").Value),
        ("GITHUB_WEBHOOK_SECRET", KnownSecret.Of("GitHub's webhook").Value),
        ("E2E_SECRET", KnownSecret.Of("environment").Value),
        ("Pao__Secrets__Stores__environment__Type", "Env"),
        ("Pao__Secrets__Stores__environment__Variables__0", "E2E_SECRET"),
        ("Pao__Secrets__Stores__files__Type", "File"),
        ("Pao__Secrets__Stores__vault__Type", "Vault"),
        ("Pao__Secrets__Stores__vault__Login", "AppRole"),
        ("Pao__Secrets__Stores__vault__RoleId", "sandbox-role"),
        ("Pao__Secrets__Stores__vault__SecretId", KnownSecret.Of("Vault, the login").Value),
        ("Pao__Escalation__Config__Ticket__Project", "PLAT"),
        ("Pao__Escalation__Config__Ticket__SummaryTemplate", "Help"),
        ("Pao__Escalation__Config__Ticket__DescriptionTemplate", "{{ output.failure.message }} {{ output.failure.exists }}"),
    ];

    private async Task<string> CatalogAsync()
    {
        var folder = Folder("catalog");
        foreach (var file in Directory.EnumerateFiles(Repository.SampleCatalog, "*.yaml", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Repository.SampleCatalog, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Directory.CreateDirectory(Path.Combine(folder, "testing"));
        var item = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Secrets", "secrets.yaml"), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "testing", "secrets.yaml"), item, Cancellation);
        return folder;
    }

    private async Task PrepareAsync(PaoProcess pao)
    {
        await Sandbox.SetJiraAsync(new
        {
            auto_resolve_milliseconds = 200,
            webhook_url = $"{pao.Url}/api/v1/webhooks/jira",
            webhook_secret = KnownSecret.Of("JIRA's webhook").Value,
        });
        await Sandbox.SetWorkflowsAsync(new { auto_complete_milliseconds = 200, conclusion = "success" });
        await Sandbox.KeepInVaultAsync("secret/e2e/app", new JsonObject { ["key"] = KnownSecret.Of("Vault").Value });
        var file = Path.Combine(Directory.CreateDirectory(Folder("files")).FullName, "e2e");
        await File.WriteAllTextAsync(file, KnownSecret.Of("file").Value, Cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        pao.Set("Pao__Secrets__Stores__files__Folder", Folder("files"));
        pao.Set("Pao__Secrets__Stores__vault__Address", $"{Sandbox.Url}/vault");
    }

    /// <summary>What the sample catalog offers, each once, with a password where one is asked for.</summary>
    private static async Task<List<string>> SubmitSamplesAsync(PaoProcess pao, Traces traces)
    {
        var samples = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "tests", "Catalog.Tests", "Samples", "values.json"), Cancellation))!.AsObject();
        List<string> ids = [];
        foreach (var (item, submissions) in samples.Where(one => one.Key is not Custom))
        {
            var fields = submissions![0]!.DeepClone().AsObject();
            if (fields.ContainsKey("password"))
                fields["password"] = KnownSecret.Of("a password field").Value;
            if (await SubmitAsync(pao, traces, item, fields) is { } id)
                ids.Add(id);
        }

        return ids;
    }

    private static async Task<string> SubmitSecretsAsync(PaoProcess pao, Traces traces) =>
        await SubmitAsync(
            pao, traces, "testing-secrets", new JsonObject { ["name"] = Canary, ["password"] = KnownSecret.Of("a password field").Value })
        ?? throw new InvalidOperationException("The item with the secrets cannot be requested.");

    /// <returns>Null when this version cannot carry it out.</returns>
    private static async Task<string?> SubmitAsync(PaoProcess pao, Traces traces, string item, JsonObject fields)
    {
        using var answer = await pao.Api.SendAsync(HttpMethod.Post, "/requests", PaoApi.Submission(item, fields));
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        traces.Add("answer POST /requests", text);
        return answer.StatusCode is HttpStatusCode.Conflict ? null : (string?)JsonNode.Parse(text)!["id"] ?? throw new InvalidOperationException($"{item}: {text}");
    }

    private async Task AssertSentAndMaskedAsync(PaoProcess pao, string id)
    {
        var request = await pao.Api.GetAsync($"/requests/{id}");
        var made = await Sandbox.LedgerAsync();
        foreach (var action in request["actions"]!.AsArray().Where(action => (string?)action!["output"]?["sent"] is not null))
            Assert.Equal("***", (string?)action!["output"]!["sent"]);
        Assert.Equal("failed", (string?)request["status"]);
        Assert.Contains("***", (string?)request["error"]!["message"]);
        Assert.Equal(6, made.Count(entry => entry.Key?.StartsWith(id, StringComparison.Ordinal) is true && entry is { Path: "/resources/echo", Outcome: "effect" }));
    }

    /// <summary>A failure with a secret in its answer goes to a ticket, is tried again, and is given up.</summary>
    private static async Task DecideAsync(PaoProcess pao, Traces traces, string id)
    {
        foreach (var decision in new[] { "escalate", "retry", "abort" })
        {
            using var answer = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/{decision}", decision is "abort" ? new JsonObject { ["reason"] = "Enough." } : null);
            var text = await answer.Content.ReadAsStringAsync(Cancellation);
            Assert.True(answer.IsSuccessStatusCode, $"{decision}: {text}");
            traces.Add($"answer POST {decision}", text);
            if (decision is "escalate")
                await Until.TrueAsync(async () => (string?)(await pao.Api.GetAsync($"/requests/{id}/escalation"))["outputs"]?["key"] is not null, () => "others are asked");
            else if (decision is "retry")
                await Until.TrueAsync(async () => (int?)(await pao.Api.GetAsync($"/requests/{id}"))["actions"]!.AsArray()[^1]!["attempts"] > 1
                    && await pao.Api.StatusAsync(id) is "failed", () => "it has failed again");
        }
    }

    private static async Task GatherAsync(PaoProcess pao, Traces traces, IReadOnlyList<string> ids)
    {
        List<string> paths =
        [
            "/catalog?limit=200", "/catalog/items/testing-secrets", "/catalog/validation-errors", "/catalog/automation", "/requests?limit=200",
            "/orchestrations?limit=200", "/health", "/health/ready", "/version", "/metrics",
            .. ids.SelectMany(id => new[]
            {
                $"/requests/{id}", $"/requests/{id}/status", $"/requests/{id}/logs?limit=200", $"/requests/{id}/history", $"/requests/{id}/explain",
                $"/requests/{id}/escalation", $"/orchestrations/{id}", $"/orchestrations/{id}/history",
            }),
        ];
        foreach (var instance in (await pao.Api.GetAsync("/orchestrations?limit=200"))["data"]!.AsArray())
            paths.Add($"/orchestrations/{Uri.EscapeDataString((string?)instance!["instance_id"] ?? (string?)instance["id"] ?? "")}/history");
        foreach (var path in paths)
        {
            using var answer = await pao.Api.SendAsync(HttpMethod.Get, path);
            traces.Add($"answer GET {path}", await answer.Content.ReadAsStringAsync(Cancellation));
        }
    }
}
