using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pao.Api.Json;

internal static class JsonExtensions
{
    /// <summary>snake_case, nothing where there is nothing, times in UTC with a Z.</summary>
    public static IServiceCollection AddWireJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(json =>
    {
        json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        json.SerializerOptions.Converters.Add(new UtcTimeConverter());
    });
}
