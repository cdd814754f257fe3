using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>What every JMESPath expression of a document must keep to.</summary>
internal static class JmesPathText
{
    private const int MaxLength = 1024;

    public static void Check(string expression, Place place, FindingList findings)
    {
        if (string.IsNullOrWhiteSpace(expression))
        {
            findings.Error("schema.value", place, "A JMESPath expression must not be empty.");
        }
        else if (Spelling.Length(expression) > MaxLength)
        {
            findings.Error("schema.value", place, $"A JMESPath expression has at most {MaxLength} characters.");
        }
    }
}
