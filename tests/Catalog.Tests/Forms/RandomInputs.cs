using System.Text.Json.Nodes;
using CsCheck;

namespace Pao.Catalog.Tests.Forms;

/// <summary>What is submitted to a form: mostly what fits it, with strange and hostile values among it.</summary>
internal static class RandomInputs
{
    private const string Hi = "aGk=";

    private static readonly string[] Texts =
    [
        "", "a", "ab", "abc", "abcd", "12", "A", "Ab", "é", "\U0001F600", "\U0001F600\U0001F601", "a\n", " ", "\u00a0", "\ufeff", "-", "a-b", "x'\"<>",
        "{{ fields.f0 }}", "true", "null", "1", "constructor", "__proto__",
    ];

    private static readonly string[] Numbers =
    [
        "0", "1", "1.0", "-0", "1.5", "-1.5", "0.1", "0.3", "0.7", "1.15", "2", "3", "6", "99", "100", "10", "10.01", "1e2", "1E-2", "0.25", "4.35", "1e400", "-1e400",
        "9007199254740991", "9007199254740993", "1e16", "1e30", "123456.78", "0.30000000000000004", "1.00000000000000000001",
    ];

    private static readonly string[] Dates =
    [
        "2026-03-01", "2026-02-28", "2024-02-29", "2026-02-29", "2026-02-30", "2026-04-31", "2100-02-29", "2000-02-29", "0000-01-01", "0001-01-01", "9999-12-31",
        "2026-13-01", "2026-00-10", "2026-1-1", "2026-03-01T00:00:00Z", " 2026-03-01", "2026-03-01\n", "", "today", "2026-12-31", "2027-01-01",
    ];

    private static readonly string[] Emails =
    [
        "a@b.example", "A.B+c@x-y.example.com", "a@b", "a@b@c.d", "a@-b.example", "a@b-.example", ".a@b.example", "a.@b.example", "a..b@c.example", "a@b..c",
        "é@b.example", "a@b.example\n", "", "a@1.2", "a@b.c", "\"a b\"@c.example", "a@[127.0.0.1]", "\u212A@b.example", "a@b.\u017F",
    ];

    private static readonly string[] Passwords =
        ["", "abc", "abcd", "abcdefg", "abcdefgh", "Abcdefgh12", "abcdefgh12", "Abcdefgh12!xyz", "Abcdefgh12é+++++", "\U0001F600\U0001F600\U0001F600\U0001F600", "Abcdefgh12345678"];

    private static readonly string[] Files =
    [
        $"data:image/png;name=a.png;base64,{Hi}", $"data:application/pdf;name=a%20b.pdf;base64,{Hi}", $"data:text/plain;name=%C3%A9.txt;base64,{Hi}",
        "data:text/plain;name=a;base64,", $"data:text/plain;base64,{Hi}", $"data:;name=a;base64,{Hi}", $"data:text/plain;name=a b;base64,{Hi}",
        $"data:text/plain;name=;base64,{Hi}", "data:text/plain;name=a;base64,aGk", "data:text/plain;name=a;base64,aG=k", "data:text/plain;name=a;base64,a===",
        "data:text/plain;name=a;base64,aGk=\n", $"data:image/;name=a;base64,{Hi}", $"data:image/svg+xml;name=a'(1).svg;base64,{Hi}",
        $"data:IMAGE/png;name=a;base64,{Hi}", $"data:text/plain;charset=utf-8;name=a;base64,{Hi}", $"data:text/plain;name=a%2;base64,{Hi}",
        $"data:text/plain;name=a;name=b;base64,{Hi}", $"data:text/plain;name=a;base64,;base64,{Hi}", $"data:text/plain;name=..%2F..%2Fetc;base64,{Hi}", "", Hi,
    ];

    private static readonly Gen<JsonNode?> Hostile = Gen.OneOf(
        "null", "{}", "[]", "[null]", "[1]", "[[\"a\"]]", "\"\"", "0", "true", """{"$secret":"fields/f0"}""", """{"length":3}""", "[\"a\",\"a\"]")
        .Select(text => JsonNode.Parse(text));

    public static Gen<JsonObject> For(Form form) =>
        from values in form.Fields.Select(Member).Aggregate(
            Gen.Const(Array.Empty<(string Id, JsonNode? Value)?>()),
            (all, next) => from done in all from member in next select ((string, JsonNode?)?[])[.. done, member])
        from stray in Gen.Frequency(
            (30, Gen.Const((string?)null)), (1, Gen.OneOf<string?>("other", "__proto__", "constructor", "toString", "f00", "", "F0", "a/b")))
        from fitting in Gen.Int[0, 3]
        select Assemble(form, values, stray, fitting);

    // Often only what applies is sent, as a form would: random values of fields that do not apply would nearly always be refused.
    private static JsonObject Assemble(Form form, (string Id, JsonNode? Value)?[] members, string? stray, int fitting)
    {
        var input = new JsonObject();
        foreach (var (id, value) in members.OfType<(string Id, JsonNode? Value)>())
        {
            input[id] = value?.DeepClone();
            if (fitting > 0 && form.Validate(input).Errors.ContainsKey($"/fields/{id}") && fitting < 3)
            {
                input.Remove(id);
            }
        }

        if (stray is not null)
        {
            input[stray] = 1;
        }

        return input;
    }

    private static Gen<(string Id, JsonNode? Value)?> Member(FormField field) => Gen.Frequency(
        (1, Gen.Const(((string, JsonNode?)?)null)),
        (5, Value(field).Select(value => ((string, JsonNode?)?)(field.Id, value))));

    private static Gen<JsonNode?> Value(FormField field) => Gen.Frequency((25, Fitting(field)), (field.Type is FieldType.Boolean ? 3 : 1, Hostile));

    private static Gen<JsonNode?> Fitting(FormField field) => field.Type switch
    {
        FieldType.Number => Gen.Frequency(
            (2, Gen.OneOf(Numbers)),
            (1, Gen.Int[-2000, 2000].Select(n => (n / 100m).ToString(System.Globalization.CultureInfo.InvariantCulture))),
            (1, Gen.Int[-5, 105].Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)))).Select(text => JsonNode.Parse(text)),
        FieldType.Boolean => Gen.Bool.Select(JsonNode? (flag) => flag),
        FieldType.Select => Text("a", "b", "c", "1", "d"),
        FieldType.Multiselect => Gen.OneOf("a", "b", "c", "d").Array[0, 3].Select(JsonNode? (items) => new JsonArray([.. items.Select(item => (JsonNode)item)])),
        FieldType.Date => Text(Dates),
        FieldType.Email => Text(Emails),
        FieldType.Password => Text(Passwords),
        FieldType.File => Text(Files),
        _ => Gen.Frequency((4, Text(Texts)), (1, Gen.String[Gen.Char['a', 'e'], 0, 6].Select(JsonNode? (text) => text))),
    };

    private static Gen<JsonNode?> Text(params string[] texts) => Gen.OneOf(texts).Select(JsonNode? (text) => text);
}
