using Pao.Catalog.Forms;

namespace Pao.Catalog.Loading.Bundles;

/// <summary>Which fields of an item exist for a component, as far as its <c>config</c> tells before it is rendered.</summary>
internal sealed class KnownFields(Form form, IReadOnlyDictionary<string, GivenValue> given)
{
    private readonly Dictionary<string, FormField> _fields = form.Fields.ToDictionary(field => field.Id, StringComparer.Ordinal);

    public GivenValue? Given(string id) => given.GetValueOrDefault(id);

    /// <returns>Null when a template decides.</returns>
    public bool? Applies(FormField field)
    {
        if (field.Condition is not { } condition)
        {
            return true;
        }

        var other = _fields[condition.DependsOn];
        var applies = Applies(other);
        var holds = Holds(condition, other);
        return applies is false || holds is false ? false : applies is true && holds is true ? true : null;
    }

    private bool? Holds(FieldCondition condition, FormField other) => Given(other.Id) switch
    {
        null => Conditions.Hold(condition, other.Default),
        { IsKnown: true } value => Conditions.Hold(condition, value.Json),
        { MayBeLeftOut: false } when condition.Operator is ConditionOperator.Exists => Conditions.WantsValue(condition),
        _ => null,
    };
}
