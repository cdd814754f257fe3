namespace Pao.DurableTask;

internal static class Payload
{
    /// <summary>What was read, as the author's type; an absent input is the type's default, as in Microsoft's SDK.</summary>
    public static T As<T>(object? value) => value is null ? default! : (T)value;
}
