using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Forms;

/// <summary>Passwords and files.</summary>
public sealed class FieldTypeTests
{
    private const string Password = "- { id: secret, name: S, type: password, validation: { strength: medium } }";
    private const string Upload = "- { id: doc, name: D, type: file, validation: { maxSize: 4, types: [text/plain, image/*] } }";

    [Fact]
    public void A_password_leaves_a_reference_in_its_place()
    {
        var result = TestForm.Of(Password).Validate(Json("""{"secret": "Correct1Horse"}"""));

        Assert.Empty(result.Errors);
        Assert.Equal("""{"secret":{"$secret":"fields/secret"}}""", result.Values.ToJsonString());
        Assert.Equal("Correct1Horse", result.Secrets["secret"]);
        Assert.Equal("""{"secret":"[redacted]"}""", FieldSecrets.Redact(result.Values).ToJsonString());
    }

    [Theory]
    [InlineData("short1A", "must have at least 10 characters")]
    [InlineData("nouppercase1", "must have an upper case letter (A to Z)")]
    [InlineData("NODIGITatall", "must have a digit")]
    public void A_weak_password_is_refused_without_repeating_it(string password, string message)
    {
        var result = TestForm.Of(Password).Validate(new JsonObject { ["secret"] = password });

        Assert.Equal([message], result.Errors["/fields/secret"]);
        Assert.Empty(result.Secrets);
        Assert.Empty(result.Values);
    }

    [Fact]
    public void Nobody_can_submit_a_reference_in_place_of_a_password() => Assert.Equal(
        ["must be a string"], TestForm.Of(Password).Validate(Json("""{"secret": {"$secret": "other"}}""")).Errors["/fields/secret"]);

    [Fact]
    public void A_file_becomes_its_name_type_size_and_content() => Assert.Equal(
        """{"doc":{"name":"a b.txt","type":"text/plain","size":2,"content":"aGk="}}""",
        TestForm.Of(Upload).Validate(Json("""{"doc": "data:text/plain;name=a%20b.txt;base64,aGk="}""")).Values.ToJsonString());

    [Theory]
    [InlineData("data:text/plain;name=a;base64,aGVsbG8=", "must have at most 4 bytes, not 5")]
    [InlineData("data:application/pdf;name=a;base64,aGk=", "must be of the type text/plain or image/*, not application/pdf")]
    [InlineData("data:text/plain;base64,aGk=", "must be a file, written as data:<media type>;name=<percent-encoded name>;base64,<content>")]
    [InlineData("hello", "must be a file, written as data:<media type>;name=<percent-encoded name>;base64,<content>")]
    public void A_file_that_does_not_fit_is_refused(string value, string message) =>
        Assert.Equal([message], TestForm.Of(Upload).Validate(new JsonObject { ["doc"] = value }).Errors["/fields/doc"]);

    [Theory]
    [InlineData("- { id: a, name: A, type: password, default: hunter22 }", "field.default")]
    [InlineData("- { id: a, name: A, type: file, default: x }", "field.default")]
    [InlineData("- { id: a, name: A, type: password, validation: { strength: good } }", "schema.value")]
    [InlineData("- { id: a, name: A, type: file, validation: { maxSize: 1048577 } }", "schema.value")]
    [InlineData("- { id: a, name: A, type: file, validation: { types: [pdf] } }", "schema.value")]
    [InlineData("- { id: constructor, name: A, type: string }", "id.name")]
    [InlineData("- { id: a, name: A, type: password }\n- { id: b, name: B, type: string, conditional: { dependsOn: a, condition: equals, value: x } }", "field.conditional")]
    [InlineData("- { id: a, name: A, type: file }\n- { id: b, name: B, type: string, conditional: { dependsOn: a, condition: in, value: [x] } }", "field.conditional")]
    [InlineData("- { id: a, name: A, type: string }\n- { id: b, name: B, type: string, conditional: { dependsOn: a, condition: in, value: [] } }", "field.conditional")]
    [InlineData(@"- { id: a, name: A, type: string, validation: { pattern: '\A' } }", "field.pattern")]
    public void What_no_form_can_mean_is_found_when_it_is_read(string fields, string rule) =>
        Assert.Equal(rule, Assert.Single(TestForm.Read(fields).Findings).Rule);

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
