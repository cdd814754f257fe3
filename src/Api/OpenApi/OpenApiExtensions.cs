using Microsoft.OpenApi;

namespace Pao.Api.OpenApi;

internal static class OpenApiExtensions
{
    /// <summary>Describes the API in OpenAPI 3.0, which every tool reads.</summary>
    public static IServiceCollection AddDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
    });
}
