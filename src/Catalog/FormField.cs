using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pao.Catalog;

public sealed record FormField
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required FieldType Type { get; init; }

    /// <summary>Whether a value must be given, where the field applies and has no default.</summary>
    public bool Required { get; init; }

    public JsonNode? Default { get; init; }

    public string? Description { get; init; }

    public string? Placeholder { get; init; }

    /// <summary>What can be chosen; null where anything can.</summary>
    public IReadOnlyList<FieldOption>? Options { get; init; }

    public FieldLimits Limits { get; init; } = new();

    /// <summary>When the field exists; null means always.</summary>
    public FieldCondition? Condition { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<FieldType>))]
[SuppressMessage("Naming", "CA1720", Justification = "These are the names that authors write.")]
public enum FieldType
{
    String,
    Textarea,
    Number,
    Boolean,
    Select,
    Multiselect,
    Date,
    Email,

    /// <summary>Never kept or shown in clear: it stays with the request as a reference to a secret.</summary>
    Password,

    /// <summary>A data URL that names its file; templates see its name, type, size and content.</summary>
    File,
}

public sealed record FieldOption(string Value, string Label);

/// <summary>The <c>validation</c> block of a field: what its values must keep to.</summary>
public sealed record FieldLimits
{
    public string? Pattern { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    public decimal? Step { get; init; }

    public bool WholeNumber { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    /// <summary>The earliest date: <c>yyyy-MM-dd</c> or <c>today</c>.</summary>
    public string? MinDate { get; init; }

    /// <summary>The latest date: <c>yyyy-MM-dd</c> or <c>today</c>.</summary>
    public string? MaxDate { get; init; }

    /// <summary>How hard a password must be to guess.</summary>
    public PasswordStrength? Strength { get; init; }

    /// <summary>The largest file, in bytes.</summary>
    public int? MaxSize { get; init; }

    /// <summary>The media types that a file may have, such as <c>image/*</c>; empty where any will do.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = [];

    /// <summary>Shown in place of the built-in message.</summary>
    public string? Message { get; init; }
}

/// <summary>The field exists only when the value of the field it depends on compares so.</summary>
public sealed record FieldCondition(string DependsOn, ConditionOperator Operator, JsonNode? Value);

[JsonConverter(typeof(JsonStringEnumConverter<ConditionOperator>))]
public enum ConditionOperator
{
    Equals,
    NotEquals,
    In,
    NotIn,
    GreaterThan,
    LessThan,
    Exists,
}

/// <summary>What a password must have; each level asks for more than the one before it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PasswordStrength>))]
public enum PasswordStrength
{
    /// <summary>8 characters.</summary>
    Weak,

    /// <summary>10 characters, of which one is a lower case letter, one an upper case letter and one a digit.</summary>
    Medium,

    /// <summary>14 characters, with those and one that is neither letter nor digit.</summary>
    Strong,
}
