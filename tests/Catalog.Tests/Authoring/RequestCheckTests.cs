using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Pao.Catalog.Tests.Forms;

namespace Pao.Catalog.Tests.Authoring;

/// <summary>What would be sent to request something, judged with its places.</summary>
public sealed class RequestCheckTests
{
    [Theory]
    [InlineData("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": "Ada"}}""")]
    [InlineData("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": "{{ {% Ada"}, "team": null}""")]
    [InlineData("""{"catalog_item_id": "bundle-team-start", "fields": {"team": "Garden"}, "team": "garden"}""")]
    [InlineData("""{"catalog_item_id": "networking-dns-record", "fields": {"hostname": "a", "address": "10.0.0.1", "ttl": 60.0}}""")]
    public async Task A_valid_request_has_no_findings(string json) => Assert.Empty(await CheckAsync(json));

    [Theory]
    [InlineData("", "yaml.empty 1:1 ")]
    [InlineData("nonsense", "json.syntax 1:2 ")]
    [InlineData("[1]", "schema.type 1:1 ")]
    [InlineData("{}", "schema.required 1:1 ")]
    [InlineData("""{"catalog_item_id": 7}""", "schema.type 1:21 /catalog_item_id")]
    [InlineData("""{"catalog_item_id": "", "team": ""}""", "schema.value 1:21 /catalog_item_id", "schema.value 1:33 /team")]
    [InlineData("""{"catalog_item_id": "starter-helo-standard"}""", "request.item 1:21 /catalog_item_id")]
    [InlineData("""{"catalog_item_id": "compute-vm-linux", "fields": {"hostname": "x"}}""",
        "request.field 1:51 /fields/size", "request.field 1:51 /fields/reason", "request.field 1:64 /fields/hostname")]
    [InlineData("""{"catalog_item_id": "starter-hello-standard"}""", "request.field 1:1 /fields/name")]
    [InlineData("""{"catalog_item_id": "starter-hello-standard", "fields": null}""", "request.field 1:1 /fields/name")]
    [InlineData("""{"catalog_item_id": "starter-hello-standard", "feilds": {"name": "x"}}""", "request.field 1:1 /fields/name", "schema.unknown-key 1:47 /feilds")]
    [InlineData("""{"catalog_item_id": "starter-hello-standard", "fields": []}""", "schema.type 1:57 /fields")]
    [InlineData("{\"catalog_item_id\": \"starter-hello-standard\",\n \"fields\": {\n  \"name\": 7, \"a/b\": 1}}", "request.field 3:11 /fields/name", "request.field 3:21 /fields/a~1b")]
    [InlineData("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": "a\u0000"}}""", "request.text 1:66 /fields/name")]
    [InlineData("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": "a", "name": "b"}}""", "yaml.duplicate-key 1:71 /fields/name")]
    public async Task What_is_wrong_is_found_with_its_place(string json, params string[] expected)
    {
        var findings = await CheckAsync(json);

        Assert.Equal(expected, findings.Select(finding => $"{finding.Rule} {finding.Line}:{finding.Column} {finding.Pointer}"));
        Assert.All(findings, finding => Assert.Null(finding.File));
    }

    [Fact]
    public async Task What_is_said_helps()
    {
        var unknown = Assert.Single(await CheckAsync("""{"catalog_item_id": "starter-helo-standard"}"""));
        var field = Assert.Single(await CheckAsync("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": "Ada", "nmae": 1}}"""));
        var own = Assert.Single(await CheckAsync("""{"catalog_item_id": "networking-dns-record", "fields": {"hostname": "-", "address": "10.0.0.1"}}"""));

        Assert.Equal("did you mean 'starter-hello-standard'?", unknown.Suggestion);
        Assert.Equal("'nmae' is no field of this form (did you mean 'name'?).", field.Message);
        Assert.Equal("Lower-case letters, digits and '-', at most 63 of them.", own.Message);
    }

    [Fact]
    public async Task A_deprecated_item_is_a_warning_and_one_after_its_sunset_an_error()
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var hello = catalog.Items["starter-hello-standard"];
        var body = AuthoringCatalog.Utf8("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": "Ada"}}""");

        var deprecated = AuthoringCatalog.Requests.Check(body.Span, With(new Lifecycle(true, null, null, "compute-vm-linux", null)));
        var gone = AuthoringCatalog.Requests.Check(body.Span, With(new Lifecycle(false, null, new DateOnly(2026, 2, 1), "compute-vm-linux", null)));

        Assert.Equal((Severity.Warning, "request.deprecated", "request 'compute-vm-linux'"), (deprecated[0].Severity, deprecated[0].Rule, deprecated[0].Suggestion));
        Assert.Equal((Severity.Error, "request.unavailable"), (gone[0].Severity, gone[0].Rule));
        Assert.Contains("since 2026-02-01", gone[0].Message, StringComparison.Ordinal);

        CatalogSnapshot With(Lifecycle lifecycle) => catalog with { Items = new Dictionary<string, CatalogItem> { [hello.Id] = hello with { Lifecycle = lifecycle } } };
    }

    [Theory]
    [InlineData("brackets")]
    [InlineData("fields")]
    [InlineData("choices")]
    [InlineData("patterns")]
    public async Task A_hostile_request_stops_at_its_bound(string what)
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var item = catalog.Items["starter-hello-standard"] with
        {
            Form = TestForm.Of(string.Join('\n', Enumerable.Range(0, 100).Select(i => $"- {{ id: f{i}, name: F, type: string, validation: {{ pattern: '^(?=a)(a|aa|{i})+$' }} }}")
                .Append("- { id: many, name: M, type: multiselect, enum: [a, b, c] }"))),
        };
        catalog = catalog with { Items = new Dictionary<string, CatalogItem> { [item.Id] = item } };
        var fields = what switch
        {
            "brackets" => new string('[', 200_000),
            "fields" => $"{{{string.Join(',', Enumerable.Range(0, 49_000).Select(i => $"\"x{i}\": 1"))}}}",
            "choices" => $"{{\"many\": [{string.Join(',', Enumerable.Range(0, 49_000).Select(i => $"\"x{i}\""))}]}}",
            _ => $"{{{string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"f{i}\": \"{new string('a', 400)}b\""))}}}",
        };
        var body = AuthoringCatalog.Utf8($$"""{"catalog_item_id": "{{item.Id}}", "fields": {{fields}}}""");
        AuthoringCatalog.Requests.Check("{}"u8, catalog);
        var cost = Cost.Start();

        var findings = AuthoringCatalog.Requests.Check(body.Span, catalog);

        cost.Check();
        Assert.InRange(findings.Count, 1, 101);
    }

    [Fact]
    public void A_verdict_is_that_of_the_form_itself() => Gen.Select(RandomForms.Yaml, Gen.OneOf("a", "", "é", "1", "2026-03-01")).Sample(
        pair =>
        {
            var form = TestForm.Of(pair.Item1);
            var values = new JsonObject(form.Fields.Select(field => KeyValuePair.Create(field.Id, (JsonNode?)pair.Item2)));
            var hello = Hello with { Form = form };
            var catalog = CatalogSnapshot.Empty with { Items = new Dictionary<string, CatalogItem> { [hello.Id] = hello } };
            var body = new JsonObject { ["catalog_item_id"] = hello.Id, ["fields"] = values.DeepClone() };

            var findings = AuthoringCatalog.Requests.Check(Encoding.UTF8.GetBytes(body.ToJsonString()), catalog);

            Assert.Equal(form.Validate(values).Errors.Keys.Order(), findings.Select(finding => finding.Pointer).Distinct().Order());
        },
        iter: 300, threads: 1);

    private static CatalogItem Hello { get; } = TestCatalog.Read(AuthoringCatalog.Sample("starter/hello.yaml"), "starter/hello.yaml", "SANDBOX_URL").Item! with { Unavailable = null };

    private static async Task<IReadOnlyList<Finding>> CheckAsync(string json)
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        return AuthoringCatalog.Requests.Check(Encoding.UTF8.GetBytes(json), catalog);
    }
}
