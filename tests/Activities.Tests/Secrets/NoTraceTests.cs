using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pao.Activities.Secrets;

namespace Pao.Activities.Tests.Secrets;

/// <summary>Nothing that is kept or written anywhere has a secret that was resolved, wherever it came from and however it comes back.</summary>
public sealed class NoTraceTests(SandboxProcess sandbox) : StoreTest(sandbox), IClassFixture<SandboxProcess>
{
    private static readonly string[] Secrets =
        ["plain s3cr3t/+ü", "vault s3cr3t/+ü", "aws s3cr3t/+ü", "client s3cr3t/+ü", "tok3n-of-oauth", "sandbox-root-token", "sandbox/aws+secret"];

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task No_secret_is_left_in_logs_failures_outputs_or_notes(int status)
    {
        await TellAsync(HttpMethod.Put, "/vault/operator/secrets/secret/app", new JsonObject { ["k"] = Secrets[1] });
        await TellAsync(HttpMethod.Put, "/aws/operator/secrets?name=app", JsonValue.Create(Secrets[2]));
        await using var target = await EchoAsync(status);
        var lines = new Lines();
        await using var actions = Configured(lines);
        var kept = new List<string>();

        // The target answers with all of them, also with those that are not resolved yet: only from then on are they known.
        foreach (var config in Configs(target))
            await RunAsync(actions, config);
        actions.Journal.Notes.Clear();
        lines.All.Clear();
        foreach (var config in Configs(target))
        {
            kept.Add(await RunAsync(actions, config));

            // What others write goes the same way.
#pragma warning disable CA1848, CA1873
            actions.Services.GetRequiredService<ILogger<NoTraceTests>>().LogInformation("Answered {All}", string.Join(' ', target.Calls.Select(call => $"{call.Body} {call.Headers["X-Secret"]}")));
#pragma warning restore CA1848, CA1873
        }

        var everything = string.Join('\n', [.. kept, .. actions.Journal.Notes, .. lines.All]);
        Assert.Contains(target.Calls, call => call.Body.Contains("s3cr3t", StringComparison.Ordinal)); // they were sent
        Assert.Contains("***", everything);
        Assert.Equal([], Secrets.SelectMany(SecretForms.Of).Where(form => everything.Contains(form, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ab/cd+ef", @"ab\/cd+ef")] // PHP
    [InlineData("a<b>&c", @"a\u003cb\u003e\u0026c")] // Go
    [InlineData("a<b>&\"c", "a&lt;b&gt;&amp;&quot;c")] // a page
    [InlineData("ab+cd", @"ab\u002bcd")]
    public void A_secret_is_known_as_other_languages_write_it(string secret, string written) => Assert.Contains(written, SecretForms.Of(secret));

    private static async Task<string> RunAsync(Actions actions, string config)
    {
        actions.Journal.Receipt = null;
        try
        {
            return JsonSerializer.Serialize(await actions.RestAsync(config, """{"all": "@", "headers": "headers"}"""));
        }
        catch (ActionFailedException failure)
        {
            return $"{failure} {JsonSerializer.Serialize(failure.Properties)}";
        }
    }

    private static IEnumerable<string> Configs(Target target)
    {
        foreach (var secret in new[] { "plain", "vault.app#k", "aws.app#value" })
            yield return $$$"""
                {"endpoint": {"url": "{{{target.Url}}}", "method": "POST"}, "authentication": {"type": "basic", "username": "ada", "password": {"$secret": "{{{secret}}}"} },
                 "body": {"contentTemplate": {"a": {"$secret": "{{{secret}}}"}, "b": {"$concat": ["x", {"$secret": "{{{secret}}}"}]} } } }
                """;
        yield return $$$"""
            {"endpoint": {"url": "{{{target.Url}}}", "method": "POST"}, "authentication":
              {"type": "oauth2-client-credentials", "tokenUrl": "{{{target.Url}}}/token", "clientId": "a", "clientSecret": {"$secret": "client"} } }
            """;
    }

    private Actions Configured(Lines lines) => new(null, null, lines, [
        ("Pao:Secrets:plain", Secrets[0]), ("Pao:Secrets:client", Secrets[3]),
        ("Pao:Secrets:Stores:vault:Type", "Vault"), ("Pao:Secrets:Stores:vault:Address", $"{Url}/vault"), ("Pao:Secrets:Stores:vault:Token", Secrets[5]),
        ("Pao:Secrets:Stores:aws:Type", "AwsSecretsManager"), ("Pao:Secrets:Stores:aws:Address", $"{Url}/aws"),
        ("Pao:Secrets:Stores:aws:AccessKeyId", "AKIASANDBOX"), ("Pao:Secrets:Stores:aws:SecretAccessKey", Secrets[6]),
    ]);

    /// <summary>Sends back all that it was sent, in several forms.</summary>
    private static Task<Target> EchoAsync(int status) => Target.StartAsync(async context =>
    {
        if (context.Request.Path == "/token")
        {
            await context.Response.WriteAsync("""{"access_token": "tok3n-of-oauth"}""");
            return;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Location = "https://elsewhere.example/" + string.Join('/', Secrets.Select(Uri.EscapeDataString));
        var forms = Secrets.SelectMany(SecretForms.Of).ToArray();
        await context.Response.WriteAsJsonAsync(new
        {
            Headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
            Forms = forms.Concat(forms.Select(Uri.EscapeDataString)).ToDictionary(form => Guid.NewGuid() + form, form => form),
        });
    });

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue($"{formatter(state, exception)} {exception} {(state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values) : "")}");

        public void Dispose()
        {
        }
    }
}
