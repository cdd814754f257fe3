namespace Pao.DurableTask;

/// <summary>Nothing as a type's default, as in Microsoft's SDK: an author who may get nothing asks for a nullable type.</summary>
internal static class Payload
{
    public static T As<T>(object? value) => value is null ? default! : (T)value;

    public static T Read<T>(DataConverter converter, string? data) => converter.Deserialize<T>(data)!;
}
