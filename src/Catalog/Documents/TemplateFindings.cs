using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Parses and checks one template, and reports what is wrong where it is written: within the string.</summary>
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
            findings.Error(
                "template.syntax", PlaceAt(written, source, failure.At ?? 0), failure.Message, failure.Suggestion);
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
    public (IReadOnlyList<(Place Place, string Problem)> Problems, bool NamesSecret) Check(
        Template template, string source, YamlNode written, IReadOnlyDictionary<string, Shape> scopes)
    {
        var check = new TemplateCheck(scopes);
        check.Check(template.Parts);
        var places = new TemplatePlaces(source);
        foreach (var complaint in check.Complaints)
        {
            var place = PlaceAt(written, source, places.Of(complaint.Tag, complaint.Written));
            if (complaint.Severity is Severity.Error)
            {
                findings.Error(complaint.Rule, place, complaint.Message, complaint.Suggestion);
            }
            else
            {
                findings.Warning(complaint.Rule, place, complaint.Message, complaint.Suggestion);
            }
        }

        var problems = check.Environment
            .Where(use => environment.Read(use.Variable) is null)
            .Select(use => (PlaceAt(written, source, places.Of(use.Tag, $"{Scopes.Environment}.{use.Variable}")), Problem(use.Variable)));
        return ([.. problems], check.NamesSecret);
    }

    private string Problem(string variable) => environment.Allows(variable)
        ? $"The environment variable {variable} is not set."
        : $"The operator does not let templates read the environment variable {variable} "
            + $"({CatalogOptions.Section}:{nameof(CatalogOptions.AllowedEnvironment)}).";

    /// <param name="source">What was parsed: of a condition, more than is written.</param>
    public static Place PlaceAt(YamlNode written, string source, int offset)
    {
        if (written is not YamlScalar scalar)
        {
            return written.Place;
        }

        var added = source == scalar.Text ? 0 : ConditionText.Opening.Length;
        return scalar.PlaceAt(Math.Max(0, offset - added));
    }
}
