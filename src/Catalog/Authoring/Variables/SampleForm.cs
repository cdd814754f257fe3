using System.Text.Json.Nodes;
using Pao.Catalog.Forms;

namespace Pao.Catalog.Authoring.Variables;

/// <summary>
/// A form filled in for a test: with what was given, else with defaults, else with what is invented. A field that was given
/// null stays without a value.
/// </summary>
internal sealed class SampleForm
{
    private readonly Dictionary<string, FormField> _fields;
    private readonly Dictionary<string, bool> _applies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SampleField> _samples = new(StringComparer.Ordinal);
    private readonly JsonObject _given;
    private readonly FieldSamples _invented;

    private SampleForm(Form form, JsonObject given, DateOnly today)
    {
        _fields = form.Fields.ToDictionary(field => field.Id, StringComparer.Ordinal);
        (_given, _invented) = (given, new FieldSamples(today));
        var submitted = new JsonObject(given.Where(one => one.Value is not null).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())));
        foreach (var field in form.Fields.Where(Applies))
        {
            if (Sample(field) is { Value: { } value })
            {
                submitted[field.Id] = value.DeepClone();
            }
        }

        var result = form.Validate(submitted);
        Errors = result.Errors;
        foreach (var password in result.Applicable.Where(field => field.Type is FieldType.Password && Sample(field).Value is not null))
        {
            result.Values[password.Id] = FieldSecrets.ReferenceTo(password.Id); // what it is makes no difference
        }

        Values = result.Values;
        Scope = form.ToScope(Values);
        var shown = FieldSecrets.Redact(Values);
        Fields = [.. result.Applicable.Select(field => Sample(field) with { Value = shown[field.Id]?.DeepClone() })];
    }

    /// <summary>The fields that apply, as people may see their values.</summary>
    public IReadOnlyList<SampleField> Fields { get; }

    /// <summary>As templates see them.</summary>
    public JsonObject Values { get; }

    /// <summary>What templates read as <c>fields.x</c>, by groups too.</summary>
    public JsonObject Scope { get; }

    /// <summary>What is wrong with the values that were given: JSON Pointer to messages.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; }

    /// <param name="form">One without mistakes.</param>
    public static SampleForm Of(Form form, JsonObject given, DateOnly today) => new(form, given, today);

    public ValueSource SourceOf(string fieldId) => _fields.TryGetValue(fieldId, out var field) ? Sample(field).Source : ValueSource.Missing;

    private SampleField Sample(FormField field)
    {
        if (_samples.TryGetValue(field.Id, out var sample))
        {
            return sample;
        }

        sample = _given.TryGetPropertyValue(field.Id, out var given)
            ? new SampleField(field.Id, field.Type, given?.DeepClone(), given is null ? ValueSource.Missing : ValueSource.Given)
            : field.Default is { } initial
                ? new SampleField(field.Id, field.Type, initial.DeepClone(), ValueSource.Default)
                : Invent(field);
        _samples.Add(field.Id, sample);
        return sample;
    }

    private SampleField Invent(FormField field)
    {
        var value = _invented.Of(field);
        return new SampleField(field.Id, field.Type, value, value is null ? ValueSource.Missing : ValueSource.Sample);
    }

    /// <summary>As the form itself judges it; there are no circles.</summary>
    private bool Applies(FormField field)
    {
        if (field.Condition is not { } condition)
        {
            return true;
        }

        if (!_applies.TryGetValue(field.Id, out var applies))
        {
            var other = _fields[condition.DependsOn];
            applies = Applies(other) && Conditions.Hold(condition, Sample(other).Value);
            _applies[field.Id] = applies;
        }

        return applies;
    }
}
