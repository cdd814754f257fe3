using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Forms;

/// <summary>A person in front of react-jsonschema-form: what is shown at each step, and what is sent in the end.</summary>
public sealed class FillingTests(NodeForms node) : IClassFixture<NodeForms>
{
    private const string EveryType = """
        - { id: env, name: Env, type: select, required: true, enum: [{ value: dev, label: Development }, { value: prod, label: Production }] }
        - { id: replicas, name: Replicas, type: number, default: 2, validation: { integer: true, min: 1, max: 9 }, conditional: { dependsOn: env, condition: equals, value: prod } }
        - { id: why, name: Why, type: textarea, required: true, conditional: { dependsOn: replicas, condition: greaterThan, value: 4 }, validation: { minLength: 5 } }
        - { id: small, name: Small, type: string, conditional: { dependsOn: replicas, condition: lessThan, value: 4 } }
        - { id: share, name: Share, type: number, validation: { min: 0, max: 1, step: 0.05 } }
        - { id: name, name: Name, type: string, required: true, validation: { pattern: '^[a-z]+$' } }
        - { id: notify, name: Notify, type: boolean, default: true }
        - { id: mail, name: Mail, type: email, required: true, conditional: { dependsOn: notify, condition: equals, value: true } }
        - { id: zones, name: Zones, type: multiselect, enum: [a, { value: b, label: Second }, c], validation: { minItems: 1, maxItems: 2 } }
        - { id: labels, name: Labels, type: multiselect, validation: { minItems: 2 } }
        - { id: until, name: Until, type: date, validation: { min: today } }
        - { id: secret, name: Secret, type: password, required: true, validation: { strength: medium } }
        - { id: logo, name: Logo, type: file, validation: { types: [image/*], maxSize: 2048 } }
        - { id: caption, name: Caption, type: string, conditional: { dependsOn: logo, condition: exists } }
        - { id: reason, name: Why no logo, type: string, conditional: { dependsOn: logo, condition: exists, value: false } }
        - { id: elsewhere, name: Elsewhere, type: string, conditional: { dependsOn: name, condition: notIn, value: [shop, blog] } }
        """;

    [Fact]
    public async Task Every_type_of_field_can_be_filled_in_and_the_server_takes_what_is_sent()
    {
        var values = Json("""
            {"env": "prod", "replicas": 7, "why": "Many\nvisitors", "share": 0.15, "name": "shop", "mail": "a@b.example", "zones": ["b", "c"],
             "labels": ["one", "two"], "until": "2026-04-01", "secret": "Correct1Horse", "logo": "data:image/png;name=a%20b.png;base64,aGk=", "caption": "Ours"}
            """);

        await AssertTakenAsync(node, TestForm.Of(EveryType), values);
    }

    [Fact]
    public async Task Fields_that_nobody_needs_can_be_left_alone()
    {
        var values = Json("""{"env": "dev", "name": "blog", "mail": "a@b.example", "secret": "Correct1Horse"}""");

        await AssertTakenAsync(node, TestForm.Of(EveryType), values);
    }

    [Fact]
    public async Task What_was_typed_into_a_field_that_has_gone_is_not_sent()
    {
        var form = TestForm.Of(EveryType);
        var steps = new KeyValuePair<string, JsonNode?>[]
        {
            new("name", "shop"), new("secret", "Correct1Horse"), new("env", "prod"), new("replicas", 7), new("why", "Many visitors"),
            new("mail", "a@b.example"), new("notify", false), new("env", "dev"),
        };

        var filled = await node.FillAsync(form, steps);

        Assert.Equal("""{"env":"dev","name":"shop","notify":false,"secret":"Correct1Horse"}""", Sorted(filled.Sent!));
        Assert.Empty(form.Validate(filled.Sent!).Errors);
    }

    [Theory]
    [InlineData("env", "null")]
    [InlineData("name", "\"No\"")]
    [InlineData("mail", "\"nobody\"")]
    [InlineData("secret", "\"correcthorse\"")]
    [InlineData("replicas", "10")]
    [InlineData("replicas", "1.5")]
    [InlineData("share", "0.01")]
    [InlineData("why", "\"No.\"")]
    [InlineData("zones", "[\"a\", \"b\", \"c\"]")]
    [InlineData("labels", "[\"one\"]")]
    [InlineData("labels", "[\"one\", \"one\"]")]
    [InlineData("until", "\"2026-02-28\"")]
    [InlineData("logo", "\"data:text/plain;name=a.txt;base64,aGk=\"")]
    public async Task A_form_with_a_mistake_is_not_sent(string id, string wrong)
    {
        var form = TestForm.Of(EveryType);
        var values = Json(id is "why" or "replicas"
            ? """{"env": "prod", "replicas": 7, "why": "Many visitors", "name": "shop", "mail": "a@b.example", "secret": "Correct1Horse"}"""
            : """{"env": "dev", "name": "shop", "mail": "a@b.example", "secret": "Correct1Horse"}""");
        var right = await node.FillAsync(form, values);
        KeyValuePair<string, JsonNode?>[] steps = wrong is "null" ? [.. values.Where(one => one.Key != id)] : [.. values, new(id, JsonNode.Parse(wrong))];

        var filled = await node.FillAsync(form, steps);

        Assert.NotNull(right.Sent);
        Assert.Null(filled.Sent);
        Assert.NotEmpty(filled.Errors);
        Assert.False(form.Validate(new JsonObject(steps.GroupBy(step => step.Key).Select(group => KeyValuePair.Create(group.Key, group.Last().Value?.DeepClone())))).IsValid);
    }

    /// <summary>Fills in the values, looks at each step whether those fields are shown that apply, and hands what is sent to the server.</summary>
    internal static async Task AssertTakenAsync(NodeForms node, Form form, JsonObject values)
    {
        var filled = await node.FillAsync(form, values);

        var entered = new JsonObject();
        Assert.Equal(form.Validate(entered).Applicable.Select(field => field.Id), filled.Shown[0]);
        foreach (var ((id, value), shown) in values.Zip(filled.Shown.Skip(1)))
        {
            entered[id] = value?.DeepClone();
            Assert.Equal(form.Validate(entered).Applicable.Select(field => field.Id), shown);
        }

        Assert.True(filled.Sent is not null, string.Join("; ", filled.Errors));
        var result = form.Validate(filled.Sent);
        Assert.Empty(result.Errors);
        Assert.Equal(Sorted(form.Validate(values).Values), Sorted(result.Values));
    }

    private static string Sorted(JsonObject values) =>
        new JsonObject(values.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))).ToJsonString();

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
