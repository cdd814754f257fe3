using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Parses and checks one template, and reports what is wrong where it is written.</summary>
internal sealed class TemplateFindings(EnvironmentAllowList environment, FindingList findings)
{
    public Template? Parse(string source, YamlNode written)
    {
        try
        {
            return Template.Parse(source);
        }
        catch (TemplateException failure)
        {
            findings.Error("template.syntax", written.Place, failure.Message, failure.Suggestion);
            return null;
        }
    }

    public Template? Condition(string source, YamlNode written)
    {
        var template = Parse(source, written);
        if (template is not null && template.Whole is null)
        {
            findings.Error(
                "template.condition", written.Place, "A condition is one expression.", "write for example fields.notify == true");
        }

        return template;
    }

    /// <returns>
    /// Environment variables that the template needs and can not have, as sentences; and whether it puts a password of the form
    /// somewhere.
    /// </returns>
    public (IReadOnlyList<string> Problems, bool NamesSecret) Check(Template template, YamlNode written, IReadOnlyDictionary<string, Shape> scopes)
    {
        var check = new TemplateCheck(scopes);
        check.Check(template.Parts);
        foreach (var complaint in check.Complaints)
        {
            if (complaint.Severity is Severity.Error)
            {
                findings.Error(complaint.Rule, written.Place, complaint.Message, complaint.Suggestion);
            }
            else
            {
                findings.Warning(complaint.Rule, written.Place, complaint.Message, complaint.Suggestion);
            }
        }

        var problems = check.Environment
            .Where(variable => environment.Read(variable) is null)
            .Select(variable => environment.Allows(variable)
                ? $"The environment variable {variable} is not set."
                : $"The operator does not let templates read the environment variable {variable} "
                    + $"({CatalogOptions.Section}:{nameof(CatalogOptions.AllowedEnvironment)}).");
        return ([.. problems], check.NamesSecret);
    }
}
