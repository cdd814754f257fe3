using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Authoring;

/// <summary>Documents before they are merged, and requests before they are sent.</summary>
public sealed class ValidationTests(Service service) : IClassFixture<Service>
{
    private const string Documents = "/api/v1/validate/catalog-item";
    private const string Requests = "/api/v1/validate/request";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/yaml")]
    [InlineData("application/x-yaml")]
    [InlineData("text/yaml; charset=utf-8")]
    [InlineData("text/plain")]
    public async Task A_document_of_the_catalog_is_valid(string type)
    {
        var answer = await AnswerAsync($"{Documents}?file=compute/{TestCatalog.Echo}.yaml", Text("compute", TestCatalog.Echo), type);

        Assert.Equal("""{"valid":true,"errors":[],"warnings":[]}""", answer.ToJsonString());
    }

    [Fact]
    public async Task A_mistake_is_told_with_its_place_in_the_YAML_and_in_the_JSON()
    {
        var yaml = Text("compute", TestCatalog.Echo).Replace("{{ fields.name }}", "{{ fields.nmae }}", StringComparison.Ordinal);
        var json = "{\n  \"kind\": \"CatalogItem\",\n  \"metadata\": { \"id\": \"Compute\" } }";

        var inYaml = await AnswerAsync(Documents, yaml, "application/yaml");
        var inJson = await AnswerAsync(Documents, json, "application/json");

        var line = Array.FindIndex(yaml.Split('\n'), text => text.Contains("nmae", StringComparison.Ordinal));
        var found = Assert.Single(inYaml["errors"]!.AsArray())!;
        Assert.False(inYaml["valid"]!.GetValue<bool>());
        Assert.Equal(
            ("template.unknown-variable", line + 1, yaml.Split('\n')[line].IndexOf("fields.nmae", StringComparison.Ordinal) + 1,
                "/fulfillment/automatic/actions/0/config/body/contentTemplate", "did you mean 'name'?"),
            ((string?)found["rule"], (int)found["line"]!, (int)found["column"]!, (string?)found["pointer"], (string?)found["suggestion"]));
        Assert.False(found.AsObject().ContainsKey("file"));
        Assert.Contains(inJson["errors"]!.AsArray(), error => (string?)error!["rule"] == "id.kebab-case" && (int)error["line"]! == 3 && (int)error["column"]! == 23);
    }

    [Fact]
    public async Task A_bundle_is_judged_with_the_items_in_force()
    {
        var bundle = Text("bundles", TestCatalog.Bundle);

        var right = await AnswerAsync(Documents, bundle, "text/yaml");
        var wrong = await AnswerAsync(Documents, bundle.Replace($"catalogItem: {TestCatalog.Steps}", "catalogItem: compute-step-standard", StringComparison.Ordinal), "text/yaml");

        Assert.True(right["valid"]!.GetValue<bool>());
        Assert.Equal(["component.item"], Rules(wrong));
        Assert.Equal($"did you mean '{TestCatalog.Steps}'?", (string?)wrong["errors"]![0]!["suggestion"]);
    }

    [Fact]
    public async Task Rules_about_files_need_the_files_name()
    {
        var text = Text("compute", TestCatalog.Echo);

        var answer = await AnswerAsync($"{Documents}?file=storage/Echo.yaml", text, "application/yaml");

        Assert.Equal(["id.duplicate"], Rules(answer));
        Assert.Equal(["file.kebab-case", "file.category"], answer["warnings"]!.AsArray().Select(warning => (string?)warning!["rule"]));
        Assert.All(answer["warnings"]!.AsArray(), warning => Assert.Equal("storage/Echo.yaml", (string?)warning!["file"]));
    }

    [Theory]
    [InlineData("", "application/yaml", "yaml.empty")]
    [InlineData("", "application/json", "yaml.empty")]
    [InlineData("nonsense", "application/json", "json.syntax")]
    [InlineData("kind: CatalogItem", "application/json", "json.syntax")]
    [InlineData("nonsense", "text/plain", "schema.type")]
    [InlineData("]", "application/yaml", "yaml.syntax")]
    [InlineData("a: \ud800", "application/yaml", "schema.required")]
    public async Task A_body_that_is_no_document_is_a_finding(string body, string type, string rule) =>
        Assert.Contains(rule, Rules(await AnswerAsync(Documents, body, type)));

    [Fact]
    public async Task Bytes_that_are_no_text_and_more_than_a_mebibyte_are_findings_and_more_than_two_are_refused()
    {
        using var client = service.Client();
        using var bytes = new ByteArrayContent([0xFF, 0xFE, 0x00]);
        bytes.Headers.ContentType = new("application/yaml");
        using var encoding = await client.PostAsync(Documents, bytes, Cancellation);
        using var refused = await SendAsync(Documents, new string('x', 2_100_000), "application/yaml");

        Assert.Equal(["yaml.encoding"], Rules(await Service.ReadAsync(encoding)));
        Assert.Equal(["yaml.size"], Rules(await AnswerAsync(Documents, new string('x', 1_100_000), "application/yaml")));
        Assert.Equal(["yaml.size"], Rules(await AnswerAsync(Documents, $"\"{new string('x', 1_100_000)}\"", "application/json")));
        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.RequestEntityTooLarge, "body.too_large");
    }

    [Theory]
    [InlineData(Documents, "application/xml", "body.not_json")]
    [InlineData(Documents, null, "body.not_json")]
    [InlineData(Requests, "application/yaml", "body.not_json")]
    [InlineData("/api/v1/preview/form", "text/html", "body.not_json")]
    [InlineData("/api/v1/test/variables", "application/yaml", "body.not_json")]
    public async Task A_body_of_another_type_is_refused(string path, string? type, string code)
    {
        using var answer = await SendAsync(path, "kind: CatalogItem", type);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.UnsupportedMediaType, code);
    }

    [Theory]
    [InlineData("../x.yaml")]
    [InlineData("/x.yaml")]
    [InlineData("compute/x.json")]
    [InlineData("templates/x.yaml")]
    [InlineData("")]
    public async Task A_path_that_no_document_has_is_refused(string file)
    {
        using var answer = await SendAsync($"{Documents}?file={Uri.EscapeDataString(file)}", "kind: CatalogItem", "application/yaml");

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "parameter.invalid");
        Assert.NotNull(problem["errors"]?["file"]);
    }

    [Theory]
    [InlineData(TestCatalog.Echo, """{"name": "web", "labels": ["a"]}""")]
    [InlineData(TestCatalog.Bundle, """{"name": "web"}""")]
    public async Task A_request_that_would_be_taken_is_valid_and_is_not_made(string item, string fields)
    {
        var answer = await AnswerAsync(Requests, $$"""{"catalog_item_id": "{{item}}", "fields": {{fields}}, "team": "shop"}""", "application/json");

        Assert.Equal("""{"valid":true,"errors":[],"warnings":[]}""", answer.ToJsonString());
        using var client = service.Client();
        Assert.Empty((await Service.GetAsync(client, "/api/v1/requests"))["data"]!.AsArray());
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_points_into_its_fields()
    {
        var answer = await AnswerAsync(
            Requests, "{\"catalog_item_id\": \"compute-echo-standard\",\n \"fields\": {\"count\": 9, \"label\": 1}}", "application/json");

        Assert.Equal(
            [("request.field", 2, 12, "/fields/name"), ("request.field", 2, 22, "/fields/count"), ("request.field", 2, 34, "/fields/label")],
            answer["errors"]!.AsArray().Select(error => ((string?)error!["rule"], (int)error["line"]!, (int)error["column"]!, (string?)error["pointer"])));
    }

    [Theory]
    [InlineData(TestCatalog.Sunset, "is no longer offered since 2020-01-01")]
    [InlineData(TestCatalog.SunsetBundle, "is no longer offered since 2020-01-01")]
    public async Task What_is_not_offered_any_more_says_so(string item, string said)
    {
        var answer = await AnswerAsync(Requests, $$$"""{"catalog_item_id": "{{{item}}}", "fields": {"name": "web"}}""", "application/json");

        Assert.Equal(["request.unavailable"], Rules(answer));
        Assert.Contains(said, (string?)answer["errors"]![0]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "yaml.empty")]
    [InlineData("nonsense", "json.syntax")]
    [InlineData("[]", "schema.type")]
    [InlineData("""{"catalog_item_id": "no-such-item"}""", "request.item")]
    public async Task A_body_that_is_no_request_is_a_finding(string body, string rule) =>
        Assert.Equal([rule], Rules(await AnswerAsync(Requests, body, "application/json")));

    [Fact]
    public async Task A_password_of_a_request_is_in_no_answer_and_in_no_log()
    {
        var answer = await AnswerAsync(Requests, """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "web", "count": "hunter2-hunter2"}}""", "application/json");

        Assert.DoesNotContain("hunter2", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(service.Log.Lines, line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Documents)]
    [InlineData(Requests)]
    [InlineData("/api/v1/test/variables")]
    [InlineData("/api/v1/preview/form")]
    public async Task A_stranger_is_told_nothing(string path)
    {
        using var client = service.Stranger();
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(path, content, Cancellation);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
    }

    private string Text(string folder, string id) => File.ReadAllText(Path.Combine(service.CatalogFolder, folder, $"{id}.yaml"));

    private static IEnumerable<string?> Rules(JsonObject answer) => answer["errors"]!.AsArray().Select(error => (string?)error!["rule"]);

    private async Task<JsonObject> AnswerAsync(string path, string body, string type)
    {
        using var answer = await SendAsync(path, body, type);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await Service.ReadAsync(answer);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string body, string? type)
    {
        using var client = service.Client();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = type is null ? null : System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        return await client.PostAsync(path, content, Cancellation);
    }
}
