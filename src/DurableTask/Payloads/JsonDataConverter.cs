using System.Text.Json;

namespace Pao.DurableTask.Converters;

/// <summary>Payloads as JSON, by System.Text.Json; fields are included.</summary>
public class JsonDataConverter(JsonSerializerOptions? options = null) : DataConverter
{
    private static readonly JsonSerializerOptions DefaultOptions = new() { IncludeFields = true };

    private readonly JsonSerializerOptions _options = options ?? DefaultOptions;

    public static JsonDataConverter Default { get; } = new();

    public override string? Serialize(object? value) =>
        value is null ? null : JsonSerializer.Serialize(value, value.GetType(), _options);

    /// <summary>Reads JSON; empty text, which some SDKs send for nothing, is nothing.</summary>
    public override object? Deserialize(string? data, Type targetType) =>
        string.IsNullOrEmpty(data) ? null : JsonSerializer.Deserialize(data, targetType, _options);

    public override T? Deserialize<T>(string? data)
        where T : default => string.IsNullOrEmpty(data) ? default : JsonSerializer.Deserialize<T>(data, _options);
}
