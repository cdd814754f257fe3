using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pao.Catalog.Documents;
using Pao.Catalog.Sources;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace Pao.Catalog.Tests;

/// <summary>Documents and folders for tests.</summary>
internal static class TestCatalog
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 30, 0, TimeSpan.Zero);

    /// <summary>The folder catalog/ of this repository.</summary>
    public static string SampleFolder { get; } = FindSample();

    public static CatalogOptions Options(string folder, params string[] allowedEnvironment)
    {
        var options = new CatalogOptions { Folder = folder, PollInterval = TimeSpan.FromSeconds(30) };
        foreach (var name in allowedEnvironment)
        {
            options.AllowedEnvironment.Add(name);
        }

        return options;
    }

    public static ServiceCatalog Of(CatalogOptions options)
    {
        var clock = new FakeTimeProvider(Now);
        return new(
            new FolderSource(options, clock, NullLogger<FolderSource>.Instance), MsOptions.Create(options), clock, NullLogger<ServiceCatalog>.Instance);
    }

    public static CatalogDocument Read(string yaml, string file = "starter/hello.yaml", params string[] allowedEnvironment) =>
        Read(Encoding.UTF8.GetBytes(yaml), file, allowedEnvironment);

    public static CatalogDocument Read(string yaml, Func<SecretUse, string?> whySecretRefused) =>
        new DocumentReader(
            new EnvironmentAllowList(MsOptions.Create(Options("catalog", "API"))), new HashSet<string>(), new FakeTimeProvider(Now))
        {
            WhySecretRefused = whySecretRefused,
        }.Read("starter/hello.yaml", Encoding.UTF8.GetBytes(yaml));

    public static CatalogDocument Read(byte[] utf8, string file = "starter/hello.yaml", params string[] allowedEnvironment) =>
        new DocumentReader(
            new EnvironmentAllowList(MsOptions.Create(Options("catalog", allowedEnvironment))),
            new HashSet<string>(["ExecuteAction"], StringComparer.OrdinalIgnoreCase),
            new FakeTimeProvider(Now)).Read(file, utf8);

    /// <summary>A document that is right but for its one action, which stands on its last line, and may name <c>fields.x</c>.</summary>
    public static string WithAction(string action) => $$"""
        kind: CatalogItem
        metadata:
          { id: starter-one-standard, name: One, description: "One action, which the test is about, in a document that is right.", version: 1.0.0,
            category: starter, owner: { team: platform, contact: platform@example.com } }
        presentation: { form: { groups: [{ id: main, name: Main, fields: [{ id: x, name: X, type: string, required: true }] }] } }
        fulfillment:
          strategy: { mode: manual }
          manual:
            actions:
              - {{action}}
        """;

    private static string FindSample()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pao.sln")))
            {
                return Path.Combine(folder.FullName, "catalog");
            }
        }

        throw new InvalidOperationException("The repository's root is not above the test's binaries.");
    }
}
