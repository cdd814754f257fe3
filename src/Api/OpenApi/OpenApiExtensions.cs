using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Pao.Api.Access;
using Pao.Api.Access.Signatures;

namespace Pao.Api.OpenApi;

internal static class OpenApiExtensions
{
    /// <summary>Describes the API in OpenAPI 3.0, which every tool reads.</summary>
    public static IServiceCollection AddDescription(this IServiceCollection services) => services.AddSingleton<ApiDescription>().AddOpenApi(ApiDescription.Version, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
        options.AddOperationTransformer<OperationDetails>();
        options.AddSchemaTransformer<OptionalMembers>();
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Platform Automation Orchestrator",
                Version = "v1",
                Description = "Request what platform teams offer, and watch it being fulfilled. Every error is a problem document (RFC 9457).",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [AccessKeyHandler.SchemeName] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "The access key of the data directory, from this machine; or a token of an AWS identity: pao-sts-v1. and a presigned GetCallerIdentity.",
                },
                [SignatureHandler.SchemeName] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey,
                    In = ParameterLocation.Header,
                    Name = "Authorization",
                    Description = "AWS Signature Version 4, service pao; also presigned, in the query.",
                    Extensions = new Dictionary<string, IOpenApiExtension>
                    {
                        ["x-amazon-apigateway-authtype"] = new JsonNodeExtension(JsonValue.Create("awsSigv4")),
                    },
                },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
                operation.Security =
                [
                    new() { [new OpenApiSecuritySchemeReference(AccessKeyHandler.SchemeName, context.Document)] = [] },
                    new() { [new OpenApiSecuritySchemeReference(SignatureHandler.SchemeName, context.Document)] = [] },
                ];
            return Task.CompletedTask;
        });
    });
}
