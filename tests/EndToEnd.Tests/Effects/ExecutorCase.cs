using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests.Effects;

/// <summary>One executor, with an action that has one effect and is done soon after it.</summary>
/// <param name="Name">Of the case.</param>
/// <param name="Type">Of the action.</param>
/// <param name="Config">The action's <c>config</c>, as flow YAML on one line.</param>
/// <param name="Call">Method and path, a regular expression, of the call that makes the effect.</param>
/// <param name="Verdict">What the request's log says of the probe after the answer was lost.</param>
internal sealed record ExecutorCase(string Name, string Type, string Config, string Call, string Verdict)
{
    public const string Item = "testing-one-effect";

    private const string Adopted = "the effect is there and is adopted";
    private const string Repeated = "the effect may be there; the call is repeated";

    /// <summary>Each executor has a line here; one that can find its effect in several ways has several.</summary>
    public static IReadOnlyList<ExecutorCase> All { get; } =
    [
        new("rest-api, the key is known", "rest-api", "{ endpoint: { url: '{{ env.SANDBOX_URL }}/resources/one', method: POST }, body: { contentTemplate: { name: '{{ request.id }}' } } }", "POST /resources/one", Repeated),
        new("rest-api with a probe", "rest-api", "{ endpoint: { url: '{{ env.SANDBOX_URL }}/keyless/resources/one', method: POST }, body: { contentTemplate: { name: '{{ request.id }}' } }, idempotencyKey: ignored, probe: { url: '{{ env.SANDBOX_URL }}/keyless/resources/one/{{ request.id }}' } }", "POST /keyless/resources/one", Adopted),
        new("rest-api, unknowable", "rest-api", "{ endpoint: { url: '{{ env.SANDBOX_URL }}/keyless/resources/one', method: POST }, body: { contentTemplate: { name: '{{ request.id }}' } }, idempotencyKey: ignored }", "POST /keyless/resources/one", "nobody can tell") { End = "failed" },
        new("rest-api that is polled", "rest-api", "{ endpoint: { url: '{{ env.SANDBOX_URL }}/jobs/one', method: POST }, body: { contentTemplate: { name: '{{ request.id }}' } }, poll: { until: \"state == 'done'\", interval: 1s, timeout: 2m } }", "POST /jobs/one", Repeated),
        new("webhook", "webhook", "{ endpoint: { url: '{{ env.SANDBOX_URL }}/hooks/one', method: POST }, body: { template: { name: '{{ request.id }}' } }, signing: { secret: '{{ secrets.sandbox-webhook }}' } }", "POST /hooks/one", Repeated),
        new("webhook, unknowable", "webhook", "{ endpoint: { url: '{{ env.SANDBOX_URL }}/keyless/resources/one', method: POST }, body: { template: { name: '{{ request.id }}' } }, idempotencyKey: ignored }", "POST /keyless/resources/one", "nobody can tell") { End = "failed" },
        new("jira-ticket", "jira-ticket", "{ ticket: { project: PLAT, summaryTemplate: 'One effect' }, waitForResolution: true }", "POST /jira/cloud/rest/api/3/issue", Adopted),
        new("github-workflow", "github-workflow", "{ repository: { owner: acme, name: platform-infrastructure }, workflow: { id: provision-cluster.yml }, inputs: { cluster: '{{ fields.name }}', environment: dev, version: '1', nodes: '1', requested_by: tests } }", "POST /github/api/v3/repos/acme/platform-infrastructure/actions/workflows/provision-cluster.yml/dispatches", Adopted)
        {
            CountAsync = async (sandbox, _) => (await sandbox.RunsAsync()).Count,
        },
        new("terraform", "terraform", """{ repositoryMapping: platform-infrastructure, filename: one/main.tf, contentTemplate: "module \"one\" {\n  source = \"app.terraform.io/acme/one/aws\"\n  name   = \"{{ request.id }}\"\n}\n" }""", "PATCH /github/api/v3/repos/acme/platform-infrastructure/git/refs/heads/main", Adopted)
        {
            CountAsync = async (sandbox, _) => (await sandbox.LedgerAsync()).Count(entry => entry is { Method: "PATCH", Outcome: "effect" }),
        },
    ];

    /// <summary>How the request ends when nobody decides anything.</summary>
    public string End { get; init; } = "completed";

    /// <summary>How often the effect happened; by the sandbox's ledger, unless its system has none there.</summary>
    public Func<SandboxProcess, string, Task<int>> CountAsync { get; init; } = async (sandbox, key) =>
        (await sandbox.LedgerAsync()).Count(entry => entry.Key == key && entry.Outcome == "effect");

    /// <summary>A catalog with one item, whose one action has the effect.</summary>
    public async Task<string> WriteCatalogAsync(string folder)
    {
        var item = $$$"""
            schemaVersion: catalog/v1
            kind: CatalogItem
            metadata:
              id: {{{Item}}}
              name: One effect
              description: One action that has one effect, for tests of what becomes of it when the answer is lost or the process is killed.
              version: 1.0.0
              category: testing
              owner: { team: platform, contact: platform@example.com }
            presentation:
              form:
                groups:
                  - { id: main, name: Main, fields: [{ id: name, name: Name, type: string, required: true }] }
            fulfillment:
              strategy: { mode: automatic }
              manual:
                actions:
                  - { type: jira-ticket, config: { ticket: { project: PLAT, summaryTemplate: One effect } } }
              automatic:
                actions:
                  - id: one
                    type: {{{Type}}}
                    config: {{{Config}}}
                    retry: { attempts: 5, initialDelay: 200ms, maxDelay: 1s }

            """;
        var file = Path.Combine(folder, "testing", "one-effect.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, item);
        return folder;
    }
}
