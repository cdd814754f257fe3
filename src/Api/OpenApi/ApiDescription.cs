using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Pao.Api.Access;

namespace Pao.Api.OpenApi;

/// <summary>
/// What the API is, in OpenAPI 3.0, which every tool reads. It is made when it is first asked for, and kept: anybody may ask, and making it is the
/// work of many calls.
/// </summary>
internal sealed class ApiDescription([FromKeyedServices(ApiDescription.Version)] IOpenApiDocumentProvider documents)
{
    public const string Version = "v1";
    private const string Path = $"/openapi/{Version}.json";

    private byte[]? _json;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(Path, static async (ApiDescription description, CancellationToken cancellationToken) =>
            TypedResults.Bytes(await description.ReadAsync(cancellationToken), "application/json; charset=utf-8"))
        .ExcludeFromDescription()
        .OpenBecause("It is the same for everybody, and tells nothing of what is stored.");

    private async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        if (_json is null)
        {
            var document = await documents.GetOpenApiDocumentAsync(cancellationToken);
            document.Servers = []; // it is where it was found
            _json = Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, cancellationToken));
        }

        return _json;
    }
}
