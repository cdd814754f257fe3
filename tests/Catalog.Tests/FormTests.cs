using System.Text.Json.Nodes;
using Pao.Catalog.Tests.Forms;

namespace Pao.Catalog.Tests;

public sealed class FormTests
{
    private static readonly Form Everything = Of("""
        - { id: name, name: Name, type: string, required: true, validation: { pattern: '^[a-z]+$', minLength: 2, maxLength: 5 } }
        - { id: text, name: Text, type: textarea }
        - { id: count, name: Count, type: number, default: 1, validation: { min: 1, max: 10, step: 0.5 } }
        - { id: whole, name: Whole, type: number, validation: { integer: true } }
        - { id: flag, name: Flag, type: boolean, default: false }
        - { id: size, name: Size, type: select, enum: [small, { value: large, label: Large one }], default: small }
        - { id: tags, name: Tags, type: multiselect, enum: [a, b, c], validation: { minItems: 1, maxItems: 2 } }
        - { id: free, name: Free, type: multiselect }
        - { id: day, name: Day, type: date, validation: { min: today, max: 2026-12-31 } }
        - { id: mail, name: Mail, type: email }
        - { id: zip, name: Zip, type: string, validation: { pattern: '^\d{5}$', message: Five digits. } }
        """);

    private static readonly Form Conditional = Of("""
        - { id: env, name: Env, type: select, enum: [dev, prod], default: dev }
        - { id: ha, name: HA, type: boolean, default: true, conditional: { dependsOn: env, condition: equals, value: prod } }
        - { id: replicas, name: R, type: number, required: true, conditional: { dependsOn: ha, condition: equals, value: true } }
        - { id: owner, name: O, type: string, required: true, conditional: { dependsOn: env, condition: notEquals, value: prod } }
        - { id: note, name: N, type: string }
        - { id: sign, name: S, type: string, required: true, conditional: { dependsOn: note, condition: exists } }
        - { id: size, name: Size, type: number }
        - { id: reason, name: Re, type: string, conditional: { dependsOn: size, condition: greaterThan, value: 100 } }
        """);

    [Fact]
    public void Valid_values_come_back_with_the_defaults()
    {
        var result = Everything.Validate(Json("""{"name": "abc", "tags": ["a"], "day": "2026-03-01", "mail": "a@b.example"}"""));

        Assert.Empty(result.Errors);
        Assert.True(JsonNode.DeepEquals(
            Json("""{"name":"abc","count":1,"flag":false,"size":"small","tags":["a"],"day":"2026-03-01","mail":"a@b.example"}"""), result.Values));
    }

    [Theory]
    [InlineData("""{}""", "/fields/name", "is required")]
    [InlineData("""{"name": "abc", "nmae": 1}""", "/fields/nmae", "is no field of this form (did you mean 'name'?)")]
    [InlineData("""{"name": "abc", "a/b~c": 1}""", "/fields/a~1b~0c", "is no field of this form")]
    [InlineData("""{"name": 12}""", "/fields/name", "must be a string")]
    [InlineData("""{"name": null}""", "/fields/name", "must be a string, not null; leave it out instead")]
    [InlineData("""{"name": ["abc"]}""", "/fields/name", "must be a string")]
    [InlineData("""{"name": "abc\n"}""", "/fields/name", "must match ^[a-z]+$")]
    [InlineData("""{"name": "abc", "count": "5"}""", "/fields/count", "must be a number")]
    [InlineData("""{"name": "abc", "count": 11}""", "/fields/count", "must be at most 10")]
    [InlineData("""{"name": "abc", "count": 0.5}""", "/fields/count", "must be at least 1")]
    [InlineData("""{"name": "abc", "count": 1.2}""", "/fields/count", "must be a multiple of 0.5")]
    [InlineData("""{"name": "abc", "count": 1e999}""", "/fields/count", "must be a number")]
    [InlineData("""{"name": "abc", "whole": 1.5}""", "/fields/whole", "must be a whole number")]
    [InlineData("""{"name": "abc", "flag": "true"}""", "/fields/flag", "must be true or false")]
    [InlineData("""{"name": "abc", "size": "lrage"}""", "/fields/size", "must be one of small, large (did you mean 'large'?)")]
    [InlineData("""{"name": "abc", "tags": "a"}""", "/fields/tags", "must be a list of strings")]
    [InlineData("""{"name": "abc", "tags": [1]}""", "/fields/tags", "must be a list of strings")]
    [InlineData("""{"name": "abc", "tags": []}""", "/fields/tags", "must have at least 1 values")]
    [InlineData("""{"name": "abc", "tags": ["a", "b", "c"]}""", "/fields/tags", "must have at most 2 values")]
    [InlineData("""{"name": "abc", "tags": ["a", "a"]}""", "/fields/tags", "must not hold a value twice")]
    [InlineData("""{"name": "abc", "tags": ["z"]}""", "/fields/tags", "must be one of a, b, c")]
    [InlineData("""{"name": "abc", "day": "2026-02-30"}""", "/fields/day", "must be a date such as 2026-01-31")]
    [InlineData("""{"name": "abc", "day": "2026-02-28"}""", "/fields/day", "must not be before 2026-03-01")]
    [InlineData("""{"name": "abc", "day": "2027-01-01"}""", "/fields/day", "must not be after 2026-12-31")]
    [InlineData("""{"name": "abc", "mail": "a@b@c"}""", "/fields/mail", "must be an e-mail address")]
    [InlineData("""{"name": "abc", "zip": "1234"}""", "/fields/zip", "Five digits.")]
    [InlineData("""{"name": "abc", "zip": "१२३४५"}""", "/fields/zip", "Five digits.")]
    public void A_wrong_value_is_told_with_its_field(string submitted, string pointerToField, string message)
    {
        var (at, messages) = Assert.Single(Everything.Validate(Json(submitted)).Errors);

        Assert.Equal((pointerToField, message), (at, Assert.Single(messages)));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var result = Everything.Validate(Json("""{"name": "A", "count": 99, "size": "x", "tags": ["z", "z", "z"], "other": 1}"""));

        Assert.Equal(["/fields/count", "/fields/name", "/fields/other", "/fields/size", "/fields/tags"], result.Errors.Keys.Order());
        Assert.Equal(["must have at least 2 characters", "must match ^[a-z]+$"], result.Errors["/fields/name"]);
        Assert.Equal(5, result.Errors["/fields/tags"].Length);
    }

    [Theory]
    [InlineData("""{"owner": "me"}""", "")]
    [InlineData("""{"env": "prod", "replicas": 2}""", "")]
    [InlineData("""{"env": "prod", "ha": false}""", "")]
    [InlineData("""{"env": "prod"}""", "/fields/replicas is required")]
    [InlineData("""{}""", "/fields/owner is required")]
    [InlineData("""{"owner": "me", "ha": true}""", "/fields/ha does not apply here: it depends on the value of 'env'")]
    [InlineData("""{"owner": "me", "replicas": 2}""", "/fields/replicas does not apply here: it depends on the value of 'ha'")]
    [InlineData("""{"env": "prod", "ha": false, "replicas": 2}""", "/fields/replicas does not apply here: it depends on the value of 'ha'")]
    [InlineData("""{"env": "prod", "replicas": 2, "owner": "me"}""", "/fields/owner does not apply here: it depends on the value of 'env'")]
    [InlineData("""{"owner": "me", "note": "n"}""", "/fields/sign is required")]
    [InlineData("""{"owner": "me", "sign": "n"}""", "/fields/sign does not apply here: it depends on whether 'note' has a value")]
    [InlineData("""{"owner": "me", "size": 101, "reason": "big"}""", "")]
    [InlineData("""{"owner": "me", "size": 100, "reason": "big"}""", "/fields/reason does not apply here: it depends on the value of 'size'")]
    public void A_field_exists_only_when_its_condition_holds(string submitted, string error)
    {
        var errors = Conditional.Validate(Json(submitted)).Errors.Select(one => $"{one.Key} {one.Value[0]}");

        Assert.Equal(error, string.Join("; ", errors));
    }

    [Fact]
    public void A_default_is_filled_in_only_where_the_field_applies()
    {
        Assert.False(Conditional.Validate(Json("""{"owner": "me"}""")).Values.ContainsKey("ha"));
        Assert.True((bool)Conditional.Validate(Json("""{"env": "prod", "replicas": 1}""")).Values["ha"]!);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(?=(a+)+$)b")]
    [InlineData("(x+x+)+y")]
    [InlineData("^((a{0,100}){0,100}){0,100}$")]
    [InlineData("^(?!b)((a{0,100}){0,100}){0,100}$")]
    public void A_catastrophic_pattern_stops(string pattern)
    {
        var form = Of($$"""- { id: x, name: X, type: string, validation: { pattern: '{{pattern}}' } }""");
        var cost = Cost.Start();

        var result = form.Validate(new JsonObject { ["x"] = new string('a', 5_000) + new string('x', 5_000) + "!" });

        cost.Check();
        Assert.Single(result.Errors);
    }

    [Fact]
    public void Values_can_be_named_by_group_too()
    {
        var scope = Conditional.ToScope(Json("""{"env": "prod", "note": "n"}"""));

        Assert.Equal("""{"main":{"env":"prod","note":"n"},"env":"prod","note":"n"}""", scope.ToJsonString());
    }

    [Fact]
    public void The_schema_says_what_the_form_asks()
    {
        var published = Everything.ToJsonSchema();
        var schema = published["schema"]!;

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)schema["$schema"]);
        Assert.Equal("""["name"]""", schema["required"]!.ToJsonString());
        Assert.Equal(
            """{"type":"string","title":"Name","pattern":"^[a-z]\u002B$","minLength":2,"maxLength":5}""", schema["properties"]!["name"]!.ToJsonString());
        Assert.Equal("""{"type":"string","title":"Size","default":"small","enum":["small","large"]}""", schema["properties"]!["size"]!.ToJsonString());
        Assert.Equal(
            """{"type":"array","title":"Tags","items":{"type":"string","enum":["a","b","c"]},"uniqueItems":true,"minItems":1,"maxItems":2}""",
            schema["properties"]!["tags"]!.ToJsonString());
        Assert.Equal("2026-03-01", (string?)schema["properties"]!["day"]!["formatMinimum"]);
        Assert.Equal("integer", (string?)schema["properties"]!["whole"]!["type"]);
        Assert.Equal("""["small","Large one"]""", published["ui"]!["size"]!["ui:enumNames"]!.ToJsonString());
        Assert.Equal("updown", (string?)published["ui"]!["count"]!["ui:widget"]);
        Assert.Equal("main", (string?)published["ui"]!["pao:groups"]![0]!["id"]);
    }

    [Fact]
    public void The_schema_has_an_if_for_every_conditional_field()
    {
        var schema = Conditional.ToJsonSchema()["schema"]!;

        Assert.False((bool)schema["unevaluatedProperties"]!);
        Assert.Equal(["env", "note", "size"], schema["properties"]!.AsObject().Select(property => property.Key));
        Assert.Equal(
            """{"properties":{"env":{"const":"prod"}},"required":["env"]}""", schema["allOf"]![0]!["if"]!.ToJsonString());
        Assert.Equal(
            """{"allOf":[{"properties":{"ha":{"const":true}}},{"properties":{"env":{"const":"prod"}},"required":["env"]}]}""",
            schema["allOf"]![1]!["if"]!.ToJsonString());
        Assert.Equal("""["replicas"]""", schema["allOf"]![1]!["then"]!["required"]!.ToJsonString());
        Assert.Equal("""{"properties":{"env":{"not":{"const":"prod"}}}}""", schema["allOf"]![2]!["if"]!.ToJsonString());
        Assert.Equal("""{"required":["note"]}""", schema["allOf"]![3]!["if"]!.ToJsonString());
    }

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();

    private static Form Of(string fields) => TestForm.Of(fields);
}
