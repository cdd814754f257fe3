using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Pao.Api.OpenApi;

/// <summary>A member that may be nothing is left out then, so it is not required; a time is text.</summary>
internal sealed class OptionalMembers : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset))
            schema.Type = JsonSchemaType.String;

        foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable))
        {
            schema.Required?.Remove(property.Name);
            if (schema.Properties is { } members && members.TryGetValue(property.Name, out var found) && found is OpenApiSchema member)
                member.Type &= ~JsonSchemaType.Null;
        }

        return Task.CompletedTask;
    }
}
