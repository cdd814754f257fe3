using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Catalog;

/// <summary>The catalog's source is called through the egress guard, as all else is.</summary>
public sealed class SourceEgressTests
{
    [Theory]
    [InlineData("github", "GitHub", "Repository")]
    [InlineData("gitlab", "GitLab", "Project")]
    public async Task A_private_address_that_no_operator_allowed_is_not_called(string source, string section, string name)
    {
        await using var service = new Service
        {
            BecomesReady = false,
            Settings = new Dictionary<string, string>
            {
                ["Pao:Catalog:Source"] = source,
                [$"Pao:Catalog:{section}:{name}"] = "acme/catalog",
                [$"Pao:Catalog:{section}:Token"] = "a-token-of-the-catalog",
                [$"Pao:Catalog:{section}:Api"] = "https://10.11.12.13/api",
            },
        };
        await service.InitializeAsync();
        using var client = service.Client();

        var findings = await Service.GetAsync(client, "/api/v1/catalog/validation-errors");

        var finding = Assert.Single(findings["errors"]!.AsArray());
        Assert.Equal("source.unavailable", (string?)finding!["rule"]);
        Assert.Contains("Pao:Egress:Allow", (string?)finding["message"], StringComparison.Ordinal);
        Assert.DoesNotContain(service.Log.Lines, line => line.Contains("a-token-of-the-catalog", StringComparison.Ordinal));
    }
}
