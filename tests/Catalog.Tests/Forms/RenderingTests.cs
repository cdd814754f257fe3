using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit.Sdk;

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
    public async Task A_random_form_shows_the_fields_that_apply_to_random_values()
    {
        var seed = Environment.GetEnvironmentVariable("PAO_FORMS_SEED") ?? PCG.ThreadPCG.ToString();
        var pcg = PCG.Parse(seed);
        for (var i = 0; i < 60; i++)
        {
            var yaml = RandomForms.Yaml.Generate(pcg, null, out _);
            var form = TestForm.Of(yaml);
            for (var j = 0; j < 4; j++)
            {
                var values = RandomInputs.For(form).Generate(pcg, null, out var _);
                foreach (var wrong in form.Validate(values).Errors.Keys)
                {
                    values.Remove(wrong["/fields/".Length..].Replace("~1", "/", StringComparison.Ordinal));
                }

                try
                {
                    await AssertShownAsync(form, AsAFormHolds(form, values));
                }
                catch (XunitException failure)
                {
                    Assert.Fail($"PAO_FORMS_SEED={seed}\n{yaml}\n{values.ToJsonString()}\n{failure.Message}");
                }
            }
        }
    }

    /// <summary>
    /// Until a person changes it, a list that must be there is an empty one and a box that must be there is not ticked; that is
    /// also what the form would send.
    /// </summary>
    private static JsonObject AsAFormHolds(Form form, JsonObject values)
    {
        var held = values.DeepClone().AsObject();
        while (form.Validate(held).Applicable.FirstOrDefault(
            field => field is { Type: FieldType.Multiselect or FieldType.Boolean, Required: true, Default: null } && !held.ContainsKey(field.Id)) is { } field)
        {
            held[field.Id] = field.Type is FieldType.Boolean ? false : new JsonArray();
        }

        return held;
    }

    [Fact]
    public async Task With_the_template_of_the_docs_fields_stand_in_their_groups()
    {
        var form = TestForm.OfGroups("""
            - { id: first, name: The first, description: What matters <most>., fields: [{ id: a, name: A, type: boolean }, { id: b, name: B, type: string }] }
            - { id: second, name: The second, fields: [{ id: c, name: C, type: string, conditional: { dependsOn: a, condition: equals, value: true } }] }
            - { id: third, name: The third, fields: [{ id: d, name: D, type: string }] }
            """);

        var html = await node.RenderAsync(form.ToJsonSchema(), [], grouped: true);
        var all = await node.RenderAsync(form.ToJsonSchema(), new JsonObject { ["a"] = true }, grouped: true);

        Assert.Matches("<legend>The first</legend><p>What matters &lt;most&gt;.</p>.*root_a.*root_b.*</fieldset><fieldset><legend>The third</legend>.*root_d", html);
        Assert.DoesNotContain("The second", html, StringComparison.Ordinal);
        Assert.Matches("root_b.*</fieldset><fieldset><legend>The second</legend>.*root_c.*</fieldset><fieldset><legend>The third", all);
    }

    [Fact]
    public void The_docs_show_the_template_and_the_settings_that_are_tested()
    {
        var docs = File.ReadAllText(Path.Combine(TestCatalog.SampleFolder, "..", "docs", "catalog.md"));

        Assert.Contains(File.ReadAllText(Path.Combine(NodeForms.Node.Path, "grouped-fields.mjs")), docs, StringComparison.Ordinal);
        Assert.Contains("""<Form schema={schema} uiSchema={ui} validator={validator} {...settings} />""", docs, StringComparison.Ordinal);
        Assert.Contains(
            File.ReadLines(Path.Combine(NodeForms.Node.Path, "forms.mjs")).Single(line => line.StartsWith("const settings = ", StringComparison.Ordinal)),
            docs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_sample_shows_the_fields_that_apply_and_its_schema_passes_Ajv()
    {
        Environment.SetEnvironmentVariable("SANDBOX_URL", "http://127.0.0.1:8090");
        using var catalog = TestCatalog.Of(TestCatalog.Options(TestCatalog.SampleFolder, "SANDBOX_URL"));
        var snapshot = await catalog.RefreshAsync(TestContext.Current.CancellationToken);
        Form[] forms = [.. snapshot.Items.Values.Select(item => item.Form), .. snapshot.Bundles.Values.Select(bundle => bundle.Form)];
        Assert.NotEmpty(forms);
        foreach (var form in forms)
        {
            var published = form.ToJsonSchema();
            await node.CheckAsync(published["schema"]!, ["{}"]);
            await AssertShownAsync(form, []);
            foreach (var field in form.Fields.Where(field => form.Fields.Any(other => other.Condition?.DependsOn == field.Id)))
            {
                foreach (var value in ValuesOf(field))
                {
                    await AssertShownAsync(form, new JsonObject { [field.Id] = value });
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
        FieldType.File => ["data:text/plain;name=a.txt;base64,aGk="],
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
            AssertHas(shown, field.Name, skipped: false);
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
