using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Requests;

/// <summary>Whoever may edit a document cannot send any secret anywhere: the operator's rules are asked.</summary>
public sealed class SecretRuleTests : IAsyncLifetime
{
    private const string Secret = "s3cr3t-of-the-test";

    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string>
        {
            ["Pao:Secrets:pay"] = Secret,
            ["Pao:SecretAccess:Rules:pay:Secrets:0"] = "pay",
            ["Pao:SecretAccess:Rules:pay:Teams:0"] = "payments",
            ["Pao:SecretAccess:Rules:pay:Hosts:0"] = "127.0.0.1",
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task An_item_of_the_right_team_sends_the_secret_and_another_cannot_be_requested()
    {
        using var client = _service.Client();
        await PublishAsync(client, "compute-mine-standard", "payments", _service.Target.Address);
        await PublishAsync(client, "compute-theirs-standard", "others", _service.Target.Address);
        await PublishAsync(client, "compute-elsewhere-standard", "payments", new Uri("https://collector.example"));

        using var mine = await SubmitAsync(client, "compute-mine-standard");
        using var theirs = await SubmitAsync(client, "compute-theirs-standard");
        using var elsewhere = await SubmitAsync(client, "compute-elsewhere-standard");

        Assert.Equal(HttpStatusCode.Accepted, mine.StatusCode);
        var id = (await Service.ReadAsync(mine))["id"]!.GetValue<string>();
        await Service.WaitForStatusAsync(client, id, "completed");
        Assert.Contains(Secret, Assert.Single(_service.Target.CallsOf(Guid.Parse(id))).Body);
        await AssertRefusedAsync(theirs, "The secret 'pay' is not for actions of type 'rest-api' of the item 'compute-theirs-standard' of the team 'others'.");
        await AssertRefusedAsync(elsewhere, "The secret 'pay' may not be sent to 'collector.example'.");
        Assert.DoesNotContain(Secret, (await Service.GetAsync(client, $"/api/v1/requests/{id}/history")).ToJsonString());
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, string reason)
    {
        Assert.NotEqual(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Contains(reason, (await Service.ReadAsync(answer)).ToJsonString().Replace("\\u0027", "'", StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> SubmitAsync(HttpClient client, string item) => client.PostAsync(
        new Uri("/api/v1/requests", UriKind.Relative),
        new StringContent(new JsonObject { ["catalog_item_id"] = item, ["fields"] = new JsonObject() }.ToJsonString(), Encoding.UTF8, "application/json"),
        Cancellation);

    private async Task PublishAsync(HttpClient client, string item, string team, Uri target)
    {
        await File.WriteAllTextAsync(Path.Combine(_service.CatalogFolder, "compute", $"{item}.yaml"), $$$"""
            kind: CatalogItem
            metadata:
              id: {{{item}}}
              name: One
              description: A document for the tests of secrets, long enough to keep its author out of trouble.
              version: 1.0.0
              category: compute
              owner: { team: {{{team}}}, contact: platform@example.com }
            presentation:
              form: { groups: [ { id: main, name: Main, fields: [ { id: note, name: Note, type: string } ] } ] }
            fulfillment:
              strategy: { mode: automatic }
              manual: { actions: [ { type: jira-ticket, config: { ticket: { project: PLAT, summaryTemplate: By hand } } } ] }
              automatic:
                actions:
                  - id: create
                    type: rest-api
                    config:
                      endpoint: { url: "{{{target.GetLeftPart(UriPartial.Authority)}}}/things", method: POST }
                      body: { contentTemplate: { key: "{{ secrets.pay }}" } }
            """, Cancellation);
        using var refreshed = await client.PostAsync(new Uri("/api/v1/catalog/refresh", UriKind.Relative), null, Cancellation);
        refreshed.EnsureSuccessStatusCode();
    }
}
