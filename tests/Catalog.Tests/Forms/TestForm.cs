using System.Text;
using Microsoft.Extensions.Time.Testing;
using Pao.Catalog.Documents;
using Pao.Catalog.Forms;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests.Forms;

/// <summary>Forms made of the YAML of their fields.</summary>
internal static class TestForm
{
    public static Form Of(string fields)
    {
        var (form, findings) = Read(fields);
        Assert.Empty(findings);
        return form;
    }

    /// <param name="groups">The YAML of whole groups.</param>
    public static Form OfGroups(string groups)
    {
        var (form, findings) = ReadGroups(groups);
        Assert.Empty(findings);
        return form;
    }

    public static (Form Form, IReadOnlyList<Finding> Findings) Read(string fields) =>
        ReadGroups($"- id: main\n  name: Main\n  fields:\n    {fields.ReplaceLineEndings("\n    ")}");

    private static (Form Form, IReadOnlyList<Finding> Findings) ReadGroups(string groups)
    {
        var yaml = $"presentation:\n  form:\n    groups:\n      {groups.ReplaceLineEndings("\n      ")}\n";
        var findings = new FindingList("form.yaml");
        var root = (YamlMapping)YamlReader.Read(Encoding.UTF8.GetBytes(yaml), findings)!;
        var form = new FormReader(findings, new FakeTimeProvider(TestCatalog.Now)).Read(new MappingReader(root, "A document", findings));
        return (form, findings.All);
    }
}
