using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Tests.Forms;

/// <summary>What is published shows, in react-jsonschema-form with its stock theme, the fields that the server has in mind.</summary>
public sealed partial class RenderingTests(NodeForms node) : IClassFixture<NodeForms>
{
    private const string Everything = """
        - { id: env, name: Env, type: select, required: true, enum: [{ value: dev, label: Development }, prod], placeholder: Where?, description: 'Decides <the rest>.' }
        - { id: replicas, name: Replicas, type: number, default: 2, validation: { integer: true, min: 1, max: 9 }, conditional: { dependsOn: env, condition: equals, value: prod } }
        - { id: why, name: Why, type: textarea, placeholder: In a few words, conditional: { dependsOn: replicas, condition: greaterThan, value: 4 } }
        - { id: name, name: Name, type: string, required: true, placeholder: shop, validation: { pattern: '^[a-z]+$', message: Small letters. } }
        - { id: notify, name: Notify, type: boolean, default: true }
        - { id: mail, name: Mail, type: email, required: true, conditional: { dependsOn: notify, condition: equals, value: true } }
        - { id: zones, name: Zones, type: multiselect, enum: [a, { value: b, label: Second }] }
        - { id: labels, name: Labels, type: multiselect }
        - { id: until, name: Until, type: date, validation: { min: today } }
        - { id: secret, name: Secret, type: password, required: true, validation: { strength: medium } }
        - { id: logo, name: Logo, type: file, validation: { types: [image/*], maxSize: 2048 } }
        - { id: caption, name: Caption, type: string, conditional: { dependsOn: logo, condition: exists } }
        """;

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"env": "dev"}""")]
    [InlineData("""{"env": "prod"}""")]
    [InlineData("""{"env": "prod", "replicas": 7}""")]
    [InlineData("""{"env": "dev", "notify": false}""")]
    [InlineData("""{"env": "prod", "replicas": 7, "notify": false, "logo": "data:image/png;name=a.png;base64,aGk="}""")]
    public async Task A_form_shows_the_fields_that_apply_in_their_order_with_their_hints(string values)
    {
        var form = TestForm.Of(Everything);

        await AssertShownAsync(form, JsonNode.Parse(values)!.AsObject());
    }

    [Fact]
    public async Task The_widgets_are_those_of_the_types()
    {
        var html = await node.RenderAsync(TestForm.Of(Everything).ToJsonSchema(), JsonNode.Parse("""{"env": "prod", "replicas": 7}""")!.AsObject());

        Assert.Matches("<select id=\"root_env\"[^>]*>.*?<option[^>]*>Where\\?</option>", html);
        Assert.Matches("<input id=\"root_replicas\"[^>]* type=\"number\"[^>]*min=\"1\" max=\"9\"", html);
        Assert.Matches("<textarea id=\"root_why\"", html);
        Assert.Matches("<input type=\"checkbox\" id=\"root_notify\"[^>]* checked", html);
        Assert.Matches("<input id=\"root_mail\"[^>]* type=\"email\"", html);
        Assert.Matches("<input type=\"checkbox\" id=\"root_zones-0\".*?<span>a</span>.*?id=\"root_zones-1\".*?<span>Second</span>", html);
        Assert.Matches("id=\"root_labels__add\"", html);
        Assert.Matches("<input id=\"root_until\"[^>]* type=\"date\" min=\"2026-03-01\"", html);
        Assert.Matches("<input id=\"root_secret\"[^>]* type=\"password\"", html);
        Assert.Matches("<input id=\"root_logo\"[^>]* accept=\"image/\\*\" type=\"file\"", html);
        Assert.Contains("At most 2 KiB; image/*.", html, StringComparison.Ordinal);
        Assert.Contains("At least 10 characters, a lower case letter (a to z), ", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_sample_shows_the_fields_that_apply_and_its_schema_passes_Ajv()
    {
        Environment.SetEnvironmentVariable("SANDBOX_URL", "http://127.0.0.1:8090");
        using var catalog = TestCatalog.Of(TestCatalog.Options(TestCatalog.SampleFolder, "SANDBOX_URL"));
        var items = (await catalog.RefreshAsync(TestContext.Current.CancellationToken)).Items.Values;
        Assert.NotEmpty(items);
        foreach (var item in items)
        {
            var published = item.Form.ToJsonSchema();
            await node.CheckAsync(published["schema"]!, ["{}"]);
            await AssertShownAsync(item.Form, []);
            foreach (var field in item.Form.Fields.Where(field => item.Form.Fields.Any(other => other.Condition?.DependsOn == field.Id)))
            {
                foreach (var value in ValuesOf(field))
                {
                    await AssertShownAsync(item.Form, new JsonObject { [field.Id] = value });
                }
            }
        }
    }

    private static IEnumerable<JsonNode> ValuesOf(FormField field) => field.Type switch
    {
        FieldType.Boolean => [true, false],
        FieldType.Number => [field.Limits.Min ?? 0, field.Limits.Max ?? 1000],
        FieldType.Select => field.Options!.Select(option => (JsonNode)option.Value),
        FieldType.Multiselect => [new JsonArray(field.Options?[0].Value ?? "a")],
        FieldType.Date => ["2026-04-01"],
        _ => ["a@b.example"],
    };

    private async Task AssertShownAsync(Form form, JsonObject values)
    {
        var html = await node.RenderAsync(form.ToJsonSchema(), values);
        var applicable = form.Validate(values).Applicable;

        Assert.Equal(applicable.Select(field => field.Id), TopLevelIds(html).Where(id => form.Fields.Any(field => field.Id == id)));
        foreach (var field in applicable)
        {
            var shown = Between(html, field.Id, applicable);
            Assert.Contains(field.Name, shown, StringComparison.Ordinal);
            AssertHas(shown, field.Placeholder, field.Type is FieldType.Boolean or FieldType.Multiselect or FieldType.File);
            AssertHas(shown, field.Description, skipped: false);
            AssertHas(shown, field.Limits.Message, skipped: false);
            Assert.All(field.Options ?? [], option => Assert.Contains($">{WebUtility.HtmlEncode(option.Label)}<", shown, StringComparison.Ordinal));
        }
    }

    private static void AssertHas(string html, string? text, bool skipped)
    {
        if (text is not null && !skipped)
        {
            Assert.Contains(text, WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        }
    }

    private static List<string> TopLevelIds(string html) =>
        [.. ElementIds().Matches(html).Select(match => match.Groups["id"].Value).Select(id => id.Split(["__", "-0", "-1", "-2", "-3", "-4", "-5", "-6"], StringSplitOptions.None)[0]).Distinct()];

    private static string Between(string html, string id, IReadOnlyList<FormField> fields)
    {
        var index = fields.ToList().FindIndex(field => field.Id == id);
        var start = Start(html, id);
        return index + 1 < fields.Count ? html[start..Start(html, fields[index + 1].Id)] : html[start..];
    }

    private static int Start(string html, string id)
    {
        var at = Regex.Match(html, $"(?:for|id)=\"root_{Regex.Escape(id)}(?:\"|__|-0\")").Index;
        return html.LastIndexOf("<div class=\"form-group", at, StringComparison.Ordinal);
    }

    [GeneratedRegex("""\bid="root_(?<id>[A-Za-z0-9_-]+)" """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ElementIds();
}
