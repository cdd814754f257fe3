using System.Text;
using CsCheck;
using Pao.Catalog.Tests.Hostile;

namespace Pao.Catalog.Tests;

/// <summary>Whatever a document holds in whatever place, reading it ends with findings, not with an exception.</summary>
public sealed class HostileDocumentTests
{
    private static readonly string[] Values =
    [
        "", "~", "null", "true", "yes", "0", "-1", "1e400", "99999999999999999999", "0x", "''", "\"\"", "text", "[]", "{}", "[[]]", "{a: {b: c}}",
        "[1, two, {three: 3}]", "{{ x }}", "'{{ x }}'", "'{{ fields.name'", "'{% if %}'", "'{{ secrets.x }}'", "'{{ env.HOME }}'", "&a [1]", "*a", "!!str x",
        "|\n  block", "'\\u0000'", "\"\\0\"", "{$secret: x}", "2026-99-99", "today", "PT5S", "5m", "select", "webhook", "manual", "CatalogBundle",
    ];

    /// <summary>The samples name it; without it each of them has a finding.</summary>
    public HostileDocumentTests() => Environment.SetEnvironmentVariable("SANDBOX_URL", "http://127.0.0.1:8090");

    [Fact]
    public void A_document_with_anything_anywhere_is_read_without_an_exception()
    {
        var documents = Directory.EnumerateFiles(TestCatalog.SampleFolder, "*.yaml", SearchOption.AllDirectories).Order().Select(File.ReadAllLines).ToList();
        var withoutFindings = 0;

        Gen.Select(Gen.Int[0, documents.Count - 1], Gen.Int[0, 10_000], Gen.Int[0, Values.Length - 1], Gen.Int[0, 3]).Sample(
            (picked, line, value, way) =>
            {
                var document = TestCatalog.Read(Mutate(documents[picked], line, Values[value], way), "starter/hello.yaml", "HOME", "SANDBOX_URL");
                withoutFindings += document.Findings.Count == 0 ? 1 : 0;
                Assert.Equal(document.HasErrors, document.Findings.Any(finding => finding.Severity is Severity.Error));
                Assert.All(document.Findings, finding => Assert.True(finding.Line > 0 && finding.Column > 0, finding.ToString()));
                foreach (var form in document.Item is { } item ? [item.Form] : Array.Empty<Form>())
                {
                    form.ToJsonSchema();
                    form.Validate([]);
                }
            },
            iter: 3_000, threads: 1);

        Assert.InRange(withoutFindings, 1, 2_000);
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception() => Gen.Byte.Array[0, 200].Sample(
        bytes => Assert.NotNull(TestCatalog.Read([.. Encoding.UTF8.GetBytes("kind: CatalogItem\n"), .. bytes])), iter: 2_000, threads: 1);

    public static TheoryData<string> Names() => [.. HostileDocuments.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_document_that_is_made_to_cost_much_is_read_within_the_bounds(string name)
    {
        TestCatalog.Read("kind: CatalogItem"); // what is made once
        var cost = Cost.Start();

        var document = TestCatalog.Read(HostileDocuments.All[name]);

        cost.Check();
        Assert.InRange(document.Findings.Count, name is "as many templates as may be" or "headers" or "keys of one's own" ? 0 : 1, 101);
        Assert.All(document.Findings, finding => Assert.InRange(finding.Message.Length, 1, 1_001));
    }

    [Theory]
    [InlineData("fields", "field.count")]
    [InlineData("templates", "template.count")]
    [InlineData("templates by aliases", "template.count")]
    [InlineData("long tags", "template.count")]
    [InlineData("actions", "schema.value")]
    [InlineData("groups", "schema.value")]
    [InlineData("choices", "schema.value")]
    public void What_a_document_has_too_many_of_is_told(string name, string rule) =>
        Assert.Contains(TestCatalog.Read(HostileDocuments.All[name]).Findings, finding => finding.Rule == rule);

    /// <summary>Another value for a key, another value with what was below it, a line less, or a line twice.</summary>
    private static string Mutate(string[] document, int line, string value, int way)
    {
        var lines = document.ToList();
        var at = line % lines.Count;
        var colon = lines[at].IndexOf(": ", StringComparison.Ordinal);
        var indent = new string(' ', lines[at].TakeWhile(c => c is ' ' or '-').Count() + 2);
        switch (way)
        {
            case 0 when colon > 0:
                lines[at] = $"{lines[at][..colon]}: {value.Replace("\n", "\n" + indent, StringComparison.Ordinal)}";
                break;
            case 1 when lines[at].EndsWith(':'):
                lines[at] = $"{lines[at]} {value}";
                while (at + 1 < lines.Count && lines[at + 1].StartsWith(indent, StringComparison.Ordinal))
                {
                    lines.RemoveAt(at + 1);
                }

                break;
            case 2:
                lines.RemoveAt(at);
                break;
            default:
                lines.Insert(at, lines[at]);
                break;
        }

        return string.Join('\n', lines);
    }
}
