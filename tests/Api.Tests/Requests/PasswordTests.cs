using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Requests;

/// <summary>A password reaches the service it is for, and is found nowhere else.</summary>
public sealed class PasswordTests(Service service) : IClassFixture<Service>
{
    private const string Item = "compute-vault-standard";
    private const string Password = "Tr0ub4dor-und-3-Pferde";
    private const string Content = "SGVsbG8gZnJvbSBhIGZpbGU=";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_password_is_sent_where_its_document_says_and_kept_nowhere_in_clear()
    {
        using var client = service.Client();
        await PublishAsync(client);
        service.Target.Fail(times: 100, (int)HttpStatusCode.BadRequest);

        var (submitted, id) = await SubmitAsync(client, Password, key: "first");
        await Service.WaitForStatusAsync(client, id, "failed");
        Assert.Equal(1, await CountSecretsAsync(id));
        var answers = submitted.ToJsonString() + await EverythingAsync(client, id);
        Assert.Contains("\"password\":\"[redacted]\"", answers, StringComparison.Ordinal);
        Assert.Contains("\"letter\":{\"name\":\"a.txt\",\"type\":\"text/plain\",\"size\":17}", answers, StringComparison.Ordinal);
        AssertNotInFiles();

        service.Target.Fail(times: 0, 200);
        using var retry = await client.PostAsync(new Uri($"/api/v1/requests/{id}/retry", UriKind.Relative), null, Cancellation);
        await Service.WaitForStatusAsync(client, id, "completed");

        var call = service.Target.CallsOf(Guid.Parse(id)).Last();
        Assert.Equal(
            $$"""{"user":"ada","password":"{{Password}}","greeting":"x{{Password}}","file":"a.txt 17","content":"{{Content}}"}""", call.Body);
        Assert.Equal(0, await CountSecretsAsync(id));
        answers += await EverythingAsync(client, id);
        Assert.DoesNotContain(Password, answers, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Log.Lines, line => line.Contains(Password, StringComparison.Ordinal));
        Assert.NotEmpty(service.Log.Lines);
        AssertNotInFiles();
    }

    [Fact]
    public async Task The_same_body_is_the_same_request_and_another_password_is_another_body()
    {
        using var client = service.Client();
        await PublishAsync(client);
        service.Target.Fail(times: 0, 200);

        var (_, first) = await SubmitAsync(client, Password, key: "again");
        var (_, second) = await SubmitAsync(client, Password, key: "again");
        using var other = await PostAsync(client, Password + "!", key: "again");

        Assert.Equal(first, second);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        var kept = await QueryAsync($"select body_hash from idempotency_keys where request_id = '{first}'");
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Body(Password))));
        Assert.Equal(64, kept.Length);
        Assert.NotEqual(hash, kept);
    }

    [Fact]
    public async Task A_refused_password_is_not_repeated()
    {
        using var client = service.Client();
        await PublishAsync(client);

        using var answer = await PostAsync(client, "hunter2", key: null);
        var problem = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("must have at least 10 characters", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aborting_a_request_deletes_its_passwords()
    {
        using var client = service.Client();
        await PublishAsync(client);
        service.Target.Fail(times: 100, (int)HttpStatusCode.BadRequest);
        var (_, id) = await SubmitAsync(client, Password, key: null);
        await Service.WaitForStatusAsync(client, id, "failed");
        Assert.Equal(1, await CountSecretsAsync(id));

        using var abort = await client.PostAsync(new Uri($"/api/v1/requests/{id}/abort", UriKind.Relative), null, Cancellation);
        await Service.WaitForStatusAsync(client, id, "aborted");

        Assert.Equal(0, await CountSecretsAsync(id));
    }

    [Fact]
    public void The_key_file_is_for_its_owner_only()
    {
        var file = Path.Combine(service.DataDirectory, "secret-key");

        Assert.Equal(64, File.ReadAllText(file).Trim().Length);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private static string Body(string password) => new JsonObject
    {
        ["catalog_item_id"] = Item,
        ["fields"] = new JsonObject { ["user"] = "ada", ["password"] = password, ["letter"] = $"data:text/plain;name=a.txt;base64,{Content}" },
    }.ToJsonString();

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string password, string? key)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/requests");
        message.Content = new StringContent(Body(password), Encoding.UTF8, "application/json");
        if (key is not null)
            message.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(message, Cancellation);
    }

    private static async Task<(JsonObject Answer, string Id)> SubmitAsync(HttpClient client, string password, string? key)
    {
        using var answer = await PostAsync(client, password, key);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var body = await Service.ReadAsync(answer);
        return (body, body["id"]!.GetValue<string>());
    }

    private static async Task<string> EverythingAsync(HttpClient client, string id)
    {
        var all = new StringBuilder();
        foreach (var path in new[] { $"requests/{id}", $"requests/{id}/status", $"requests/{id}/logs", $"requests/{id}/history", "requests", $"orchestrations/{id}", $"orchestrations/{id}/history?limit=1000" })
            all.Append((await Service.GetAsync(client, $"/api/v1/{path}")).ToJsonString());
        return all.ToString();
    }

    private void AssertNotInFiles()
    {
        string[] hidden = [Password, Convert.ToBase64String(Encoding.UTF8.GetBytes(Password))];
        var files = Directory.GetFiles(service.DataDirectory, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToList(); // held, and empty
        Assert.Contains(files, file => file.EndsWith("pao.db", StringComparison.Ordinal));
        foreach (var file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            var text = Encoding.Latin1.GetString(bytes.ToArray());
            Assert.All(hidden, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{file} holds the password."));
        }
    }

    private async Task<long> CountSecretsAsync(string id) => long.Parse(
        await QueryAsync($"select count(*) from request_secrets where request_id = '{id}'"), System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> QueryAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(service.DataDirectory, "pao.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the ids are the service's own
        command.CommandText = sql;
#pragma warning restore CA2100
        return (await command.ExecuteScalarAsync(Cancellation))?.ToString() ?? "";
    }

    private async Task PublishAsync(HttpClient client)
    {
        await File.WriteAllTextAsync(Path.Combine(service.CatalogFolder, "compute", $"{Item}.yaml"), Document(service.Target.Address), Cancellation);
        using var refreshed = await client.PostAsync(new Uri("/api/v1/catalog/refresh", UriKind.Relative), null, Cancellation);
        Assert.True((await Service.ReadAsync(refreshed))["valid"]!.GetValue<bool>());
    }

    private static string Document(Uri target) => $$$"""
        kind: CatalogItem
        metadata:
          id: {{{Item}}}
          name: Vault
          description: A document for the tests of passwords, long enough to keep its author out of trouble.
          version: 1.0.0
          category: compute
          owner: { team: platform, contact: platform@example.com }
        presentation:
          form:
            groups:
              - id: main
                name: Main
                fields:
                  - { id: user, name: User, type: string, required: true }
                  - { id: password, name: Password, type: password, required: true, validation: { strength: medium } }
                  - { id: letter, name: Letter, type: file, required: true, validation: { types: [text/plain] } }
        fulfillment:
          strategy: { mode: automatic }
          manual: { actions: [ { type: jira-ticket, config: { ticket: { project: PLAT, summaryTemplate: By hand } } } ] }
          automatic:
            actions:
              - id: create
                type: rest-api
                retry: { attempts: 0 }
                config:
                  endpoint: { url: "{{{target}}}flaky", method: POST }
                  body:
                    type: json
                    contentTemplate:
                      user: "{{ fields.user }}"
                      password: "{{ fields.password }}"
                      greeting: "x{{ fields.password }}"
                      file: "{{ fields.letter.name }} {{ fields.letter.size }}"
                      content: "{{ fields.letter.content }}"
        """;
}
