using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>Signers that others wrote, with the first administrator's key pair, against a real process.</summary>
public sealed class SignatureTests : EndToEndTest
{
    private static readonly Call[] Calls =
    [
        new("GET", "/api/v1/requests", null),
        new("GET", "/api/v1/requests?limit=5&status=completed", null),
        new("GET", "/api/v1/catalog?text=three%20steps%20%26%20more%2F%C3%A4", null),
        new("GET", "/api/v1/orchestrations?prefix=a%3Ab%2Bc", null),
        new("POST", "/api/v1/requests", """{"catalog_item_id":"testing-three-steps","fields":{"name":"signed ä"}}"""),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signers_that_others_wrote_are_understood()
    {
        var pao = Pao();
        await pao.StartAsync();
        var pair = Pair(pao);
        using var http = new HttpClient();

        foreach (var (index, call) in Calls.Index())
        {
            var status = await CurlAsync(pao.Url, pair, call);
            Assert.True(call.Expected == status, $"curl {call}: {status}");
            foreach (var signer in (string[])["sdk", "smithy", "aws4fetch", .. call.Body is null ? ["sdk-presigned", "smithy-presigned", "aws4fetch-presigned"] : Array.Empty<string>()])
            {
                using var request = await SignedAsync(signer, pao.Url, pair, call, $"{signer}-{index}");
                using var answer = await http.SendAsync(request, Cancellation);
                Assert.True(call.Expected == answer.StatusCode, $"{signer} {call}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancellation)}");
            }
        }
    }

    [Fact]
    public async Task What_changes_something_is_taken_once_and_with_its_key_as_often_as_it_is_sent()
    {
        var pao = Pao();
        await pao.StartAsync();
        var pair = Pair(pao);
        using var http = new HttpClient();
        var submission = Calls[^1];

        using var first = await SignedAsync("smithy", pao.Url, pair, submission, key: null);
        var replay = await CopyAsync(first);
        Assert.Equal(HttpStatusCode.Accepted, (await http.SendAsync(first, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.SendAsync(replay, Cancellation)).StatusCode);

        await pao.KillAsync();
        await pao.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.SendAsync(await CopyAsync(replay), Cancellation)).StatusCode);

        using var keyed = await SignedAsync("smithy", pao.Url, pair, submission, key: "twin");
        var twin = await CopyAsync(keyed);
        var id = await IdAsync(await http.SendAsync(keyed, Cancellation));
        Assert.Equal(id, await IdAsync(await http.SendAsync(twin, Cancellation)));
    }

    [Fact]
    public async Task A_call_that_was_changed_on_its_way_is_refused_and_not_told_why()
    {
        var pao = Pao();
        await pao.StartAsync();
        var pair = Pair(pao);
        using var http = new HttpClient();
        List<string> answers = [];
        foreach (var change in (Action<HttpRequestMessage>[])
        [
            request => request.Content = new StringContent("""{"catalog_item_id":"testing-three-steps","fields":{"name":"evil"}}""", Encoding.UTF8, "application/json"),
            request => request.Headers.Add("Idempotency-Key", "added"),
            request => request.RequestUri = new Uri($"{request.RequestUri}?a=b"),
            request => request.Headers.Add("X-Amz-Meta", "added"),
        ])
        {
            using var request = await SignedAsync("smithy", pao.Url, pair, Calls[^1], key: null);
            change(request);
            using var answer = await http.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation)) as JsonObject ?? [];
            problem.Remove("correlation_id");
            answers.Add(problem.ToJsonString());
        }

        using var stranger = await SignedAsync("smithy", pao.Url, pair with { Id = "PAOKNOBODY" }, Calls[0], key: null);
        using var unknown = await http.SendAsync(stranger, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task The_secret_is_in_a_file_that_only_its_owner_reads_and_nowhere_else()
    {
        var pao = Pao();
        await pao.StartAsync();
        var file = Path.Combine(pao.Data, "credentials");

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var (_, secret) = Pair(pao);
        Assert.DoesNotContain(secret, pao.Output, StringComparison.Ordinal);
    }

    private static KeyPair Pair(PaoProcess pao)
    {
        var lines = File.ReadAllLines(Path.Combine(pao.Data, "credentials"));
        string Value(string name) => lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split('=', 2)[1].Trim();
        return new KeyPair(Value("aws_access_key_id"), Value("aws_secret_access_key"));
    }

    private static async Task<HttpStatusCode> CurlAsync(string url, KeyPair pair, Call call)
    {
        string[] body = call.Body is null ? [] : ["-H", "Content-Type: application/json", "-H", "Idempotency-Key: curl", "--data-binary", call.Body];
        var status = await RunAsync(
            "curl",
            ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", call.Method, "--aws-sigv4", "aws:amz:us-east-1:pao", "--user", $"{pair.Id}:{pair.Secret}", .. body, $"{url}{call.Path}"],
            input: "");
        return Enum.Parse<HttpStatusCode>(status);
    }

    private static async Task<HttpRequestMessage> SignedAsync(string signer, string url, KeyPair pair, Call call, string? key)
    {
        var address = new Uri($"{url}{call.Path}");
        if (signer is "sdk")
            return SdkSigner.Sign(call.Method, address, call.Body, call.Body is null ? null : key, pair.Id, pair.Secret);
        if (signer is "sdk-presigned")
            return SdkSigner.Presign(address, pair.Id, pair.Secret);

        JsonObject headers = [];
        if (call.Body is not null)
            headers["content-type"] = "application/json";
        if (call.Body is not null && key is not null)
            headers["idempotency-key"] = key;
        var text = new JsonObject
        {
            ["method"] = call.Method,
            ["url"] = $"{url}{call.Path}",
            ["body"] = call.Body,
            ["headers"] = headers,
            ["id"] = pair.Id,
            ["secret"] = pair.Secret,
            ["region"] = "us-east-1",
            ["service"] = "pao",
        };
        var signed = await Signers.SignAsync(signer, text);
        var request = new HttpRequestMessage(new HttpMethod(call.Method), (string?)signed["url"]);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(call.Body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        foreach (var (name, value) in signed["headers"] as JsonObject ?? [])
        {
            if (name is not ("host" or "content-type" or "content-length"))
                request.Headers.TryAddWithoutValidation(name, (string?)value);
        }

        return request;
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var (name, values) in request.Headers)
            copy.Headers.TryAddWithoutValidation(name, values);
        if (request.Content is { } content)
        {
            copy.Content = new ByteArrayContent(await content.ReadAsByteArrayAsync(Cancellation));
            copy.Content.Headers.ContentType = content.Headers.ContentType;
        }

        return copy;
    }

    private static async Task<string?> IdAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, text);
        return (string?)JsonNode.Parse(text)?["id"];
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        await process.StandardInput.WriteAsync(input.AsMemory(), Cancellation);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}; its reason is above.");
        return output;
    }

    private sealed record KeyPair(string Id, string Secret);

    private sealed record Call(string Method, string Path, string? Body)
    {
        public HttpStatusCode Expected => Body is null ? HttpStatusCode.OK : HttpStatusCode.Accepted;
    }
}
