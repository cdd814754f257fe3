using System.Text;
using Microsoft.Extensions.Time.Testing;
using Pao.Catalog.Authoring;
using Pao.Catalog.Authoring.Variables;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace Pao.Catalog.Tests.Authoring;

/// <summary>The author's tools beside the sample catalog.</summary>
internal static class AuthoringCatalog
{
    public static async Task<CatalogSnapshot> SamplesAsync()
    {
        Environment.SetEnvironmentVariable("SANDBOX_URL", "http://127.0.0.1:8090");
        using var catalog = TestCatalog.Of(TestCatalog.Options(TestCatalog.SampleFolder, "SANDBOX_URL"));
        return await catalog.RefreshAsync(TestContext.Current.CancellationToken);
    }

    public static DocumentCheck Check { get; } = new(MsOptions.Create(Options()), new FakeTimeProvider(TestCatalog.Now));

    public static VariableTest Variables { get; } = new(Check, new FakeTimeProvider(TestCatalog.Now));

    public static RequestCheck Requests { get; } = new(new FakeTimeProvider(TestCatalog.Now));

    private static CatalogOptions Options()
    {
        var options = TestCatalog.Options(TestCatalog.SampleFolder, "SANDBOX_URL");
        options.ReservedActivities.Add("ExecuteAction");
        return options;
    }

    public static byte[] Sample(string file) => File.ReadAllBytes(Path.Combine(TestCatalog.SampleFolder, file));

    public static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
