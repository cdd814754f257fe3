using CsCheck;

namespace Pao.Catalog.Tests.Forms;

/// <summary>Forms of a few fields of every type, some of which depend on fields before or after them, as their authors write them.</summary>
internal static class RandomForms
{
    /// <summary>Numbers more often than others: only they can be greater or less.</summary>
    private static readonly string[] Types =
        ["string", "textarea", "number", "number", "boolean", "select", "multiselect", "date", "email", "password", "file"];

    private static readonly string[] Patterns =
        ["^[a-z]+$", @"^\d{2}$", "^.{2}$", "[^a-z]", @"^\p{Lu}", @"^\w+$", "^(?!-)[a-z-]*$", @"\S", "a|^$", "^[\U0001F600-\U0001F64F]+$", @"^\s*$"];

    public static Gen<string> Yaml { get; } =
        from count in Gen.Int[1, 7]
        from types in Gen.OneOf(Types).Array[count]
        from fields in Fields(types)
        from backwards in Gen.Bool
        select string.Join("\n", backwards ? fields.Reverse() : fields);

    private static Gen<string[]> Fields(string[] types) => types
        .Select((type, index) => Field(type, index, types))
        .Aggregate(Gen.Const(Array.Empty<string>()), (all, next) => from done in all from field in next select (string[])[.. done, field]);

    private static Gen<string> Field(string type, int index, string[] types) =>
        from required in Gen.Bool
        from initial in Gen.Frequency((2, Gen.Const("")), (1, Default(type)))
        from limits in Limits(type)
        from condition in index == 0 ? Gen.Const("") : Gen.Frequency((1, Gen.Const("")), (2, Condition(types, index)))
        select $"- {{ id: f{index}, name: F{index}, type: {type}, required: {(required ? "true" : "false")}"
            + (limits.Contains("validation", StringComparison.Ordinal) ? "" : initial) // a default that does not fit is an error
            + $"{limits}{condition} }}";

    private static Gen<string> Default(string type) => type switch
    {
        "string" or "textarea" => Gen.OneOf(", default: ab", ", default: ''"),
        "number" => Gen.OneOf(", default: 1", ", default: 0"),
        "boolean" => Gen.OneOf(", default: true", ", default: false"),
        "select" => Gen.OneOf(", default: a", ", default: b"),
        "multiselect" => Gen.OneOf(", default: [a]", ", default: []"),
        "date" => Gen.Const(", default: 2026-03-01"),
        "email" => Gen.Const(", default: a@b.example"),
        _ => Gen.Const(""),
    };

    private static Gen<string> Limits(string type) => type switch
    {
        "string" or "textarea" => Gen.Frequency(
            (1, Gen.Const("")),
            (2, Gen.OneOf(Patterns).Select(pattern => $", validation: {{ pattern: '{pattern}' }}")),
            (1, Gen.Select(Gen.Int[0, 3], Gen.Int[3, 5], (least, most) => $", validation: {{ minLength: {least}, maxLength: {most} }}")),
            (1, Gen.Const(", default: ab, validation: { pattern: '^[a-z]*$', minLength: 2, message: Two small letters. }"))),
        "number" => Gen.Frequency(
            (1, Gen.Const("")),
            (1, Gen.Const(", validation: { integer: true }")),
            (1, Gen.OneOf("0.1", "0.5", "0.25", "0.01", "2", "3").Select(step => $", validation: {{ step: {step} }}")),
            (1, Gen.Const(", validation: { min: -1.5, max: 10 }")),
            (1, Gen.Const(", validation: { integer: true, min: 1, max: 99, step: 3 }")),
            (1, Gen.Const(", default: 1.5, validation: { min: 0, max: 2, step: 0.5 }"))),
        "select" => Gen.OneOf(", enum: [a, b, c]", ", enum: [a, b, { value: 1, label: One }]"),
        "multiselect" => Gen.OneOf(
            "", ", validation: { minItems: 2 }", ", enum: [a, b, c]", ", enum: [a, b, c], validation: { minItems: 1, maxItems: 2 }",
            ", default: [a, c], enum: [a, b, { value: c, label: C }], validation: { minItems: 1 }"),
        "date" => Gen.OneOf(
            "", ", validation: { min: today }", ", validation: { max: today }", ", validation: { min: 2024-02-29, max: 2026-12-31 }",
            ", default: 2026-03-01, validation: { max: 2026-12-31 }"),
        "password" => Gen.OneOf(
            "", ", validation: { minLength: 4 }", ", validation: { strength: weak }", ", validation: { strength: medium }",
            ", validation: { strength: strong, pattern: '^[!-~]*$' }"),
        "file" => Gen.OneOf("", ", validation: { types: [image/*, application/pdf] }", ", validation: { types: [text/plain] }"),
        _ => Gen.Const(""),
    };

    private static Gen<string> Condition(string[] types, int index) =>
        from other in Gen.Int[0, index - 1]
        from test in Test(types[other])
        select $", conditional: {{ dependsOn: f{other}, {test} }}";

    private static Gen<string> Test(string type)
    {
        var exists = Gen.OneOf("condition: exists", "condition: exists, value: true", "condition: exists, value: false");
        string[] values = type switch
        {
            "string" or "textarea" => ["ab", "''"],
            "number" => ["0", "1", "1.5"],
            "boolean" => ["true", "false"],
            "select" => ["a", "b"],
            "date" => ["2026-03-01"],
            "email" => ["a@b.example"],
            _ => [],
        };
        if (values.Length == 0)
        {
            return exists;
        }

        var compares = Gen.Select(
            Gen.OneOf("equals", "notEquals"), Gen.OneOf(values), (condition, value) => $"condition: {condition}, value: {value}");
        var lists = Gen.Select(
            Gen.OneOf("in", "notIn"), Gen.OneOf(values), (condition, value) => $"condition: {condition}, value: [{value}, {values[0]}]");
        var orders = Gen.Select(
            Gen.OneOf("greaterThan", "lessThan"), Gen.OneOf("0", "1", "1.5", "50"), (condition, value) => $"condition: {condition}, value: {value}");
        return type is "number"
            ? Gen.Frequency((1, exists), (1, compares), (1, lists), (4, orders))
            : Gen.Frequency((1, exists), (2, compares), (2, lists));
    }
}
