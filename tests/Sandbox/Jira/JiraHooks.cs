using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Pao.Sandbox.Jira;

/// <summary>Sends JIRA's webhooks, signed as an administrator's are when they have a secret.</summary>
internal sealed partial class JiraHooks(TimeProvider clock, ILogger<JiraHooks> logger) : BackgroundService
{
    private readonly Channel<Delivery> _queue = Channel.CreateBounded<Delivery>(10_000);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>To be called with the site's gate taken: the event holds the ticket as it is now.</summary>
    public void IssueUpdated(JiraSite site, JiraIssue issue, string api, string? from)
    {
        var settings = site.Settings;
        if (settings.WebhookUrl is null)
            return;

        var changelog = new JsonObject
        {
            ["id"] = $"{clock.GetUtcNow().ToUnixTimeMilliseconds()}",
            ["items"] = from is null
                ? new JsonArray()
                : new JsonArray(new JsonObject { ["field"] = "status", ["fieldtype"] = "jira", ["fromString"] = from, ["toString"] = issue.Status.Name }),
        };
        var body = new JsonObject
        {
            ["timestamp"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ["webhookEvent"] = "jira:issue_updated",
            ["issue_event_type_name"] = "issue_generic",
            ["user"] = new JsonObject { ["accountId"] = "557058:sandbox", ["displayName"] = "A person" },
            ["issue"] = issue.ToJson(api, ["*all", "-comment"], []),
            ["changelog"] = changelog,
        };
        _queue.Writer.TryWrite(new Delivery(settings, Encoding.UTF8.GetBytes(body.ToJsonString()), $"{Guid.NewGuid():n}"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var delivery in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(delivery.Settings.WebhookDelayMilliseconds), clock, stoppingToken);
            for (var copy = 0; copy < delivery.Settings.WebhookCopies; copy++)
                await SendAsync(delivery, copy, stoppingToken);
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    private async Task SendAsync(Delivery delivery, int copy, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Settings.WebhookUrl) { Content = new ByteArrayContent(delivery.Body) };
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        request.Headers.Add("X-Atlassian-Webhook-Identifier", delivery.Identifier);
        request.Headers.Add("X-Atlassian-Webhook-Flow", "Primary");
        if (copy > 0)
            request.Headers.Add("X-Atlassian-Webhook-Retry", $"{copy}");
        if (delivery.Settings.WebhookSecret is { } secret)
            request.Headers.Add("X-Hub-Signature", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), delivery.Body))}");

        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Log.Lost(logger, delivery.Identifier, lost.Message);
        }
    }

    private sealed record Delivery(JiraSettings Settings, byte[] Body, string Identifier);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The webhook {Identifier} was not delivered: {Reason}")]
        public static partial void Lost(ILogger logger, string identifier, string reason);
    }
}
