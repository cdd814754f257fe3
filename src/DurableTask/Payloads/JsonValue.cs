using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Pao.DurableTask;

/// <summary>The protocol's JSON-like values as plain objects.</summary>
internal static class JsonValue
{
    public static object? Read(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.NumberValue => value.NumberValue,
        Value.KindOneofCase.BoolValue => value.BoolValue,
        Value.KindOneofCase.ListValue => value.ListValue.Values.Select(Read).ToList(),
        Value.KindOneofCase.StructValue => value.StructValue.Fields.ToDictionary(f => f.Key, f => Read(f.Value)),
        _ => null,
    };

    public static Value Write(object? value) => value switch
    {
        null => Value.ForNull(),
        bool flag => Value.ForBool(flag),
        double or float or int or long or short or byte => Value.ForNumber(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        IDictionary<string, object?> fields => WriteStruct(fields),
        IEnumerable<object?> items => Value.ForList([.. items.Select(Write)]),
        _ => Value.ForString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    private static Value WriteStruct(IDictionary<string, object?> fields)
    {
        var result = new Struct();
        foreach (var (key, field) in fields)
            result.Fields[key] = Write(field);

        return Value.ForStruct(result);
    }
}
