using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.OpenApi;

public sealed class OpenApiTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task The_document_is_valid_openapi_3_0()
    {
        using var client = service.Stranger();
        var text = await client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);

        var read = OpenApiDocument.Parse(text, "json");

        Assert.Empty(read.Diagnostic?.Errors ?? []);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_0, read.Diagnostic?.SpecificationVersion);
    }

    [Fact]
    public async Task Every_operation_with_a_key_tells_its_errors_with_examples()
    {
        using var client = service.Stranger();
        var document = await Service.GetAsync(client, "/openapi/v1.json");

        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(method => method.Value!).ToList();

        Assert.True(operations.Count >= 16);
        foreach (var operation in operations.Where(operation => operation["security"] is not null))
        {
            var answers = operation["responses"]!.AsObject();
            Assert.Contains(answers, answer => answer.Key.StartsWith('2'));
            Assert.Contains("401", answers.Select(answer => answer.Key));
            Assert.All(
                answers.Where(answer => answer.Key[0] is '4' or '5'),
                answer => Assert.NotEmpty(answer.Value!["content"]!["application/problem+json"]!["examples"]!.AsObject()));
        }
    }

    [Fact]
    public async Task Every_parameter_and_operation_is_described()
    {
        using var client = service.Stranger();
        var document = await Service.GetAsync(client, "/openapi/v1.json");

        foreach (var operation in document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(method => method.Value!))
        {
            Assert.NotNull(operation["summary"]);
            Assert.All(operation["parameters"]?.AsArray() ?? [], (JsonNode? parameter) => Assert.NotNull(parameter?["description"]));
        }
    }
}
