using System.Text.Json.Nodes;
using Pao.Api.Catalog;
using Pao.Catalog;

namespace Pao.Api.Authoring;

/// <summary>What was found, errors and warnings apart.</summary>
/// <param name="Valid">Whether there are no errors.</param>
/// <param name="Errors">With these, the document would be left out, or the request refused.</param>
/// <param name="Warnings">What its author should look at.</param>
internal sealed record ValidationAnswer(bool Valid, IReadOnlyList<FindingBody> Errors, IReadOnlyList<FindingBody> Warnings)
{
    public static ValidationAnswer From(IReadOnlyList<Finding> findings)
    {
        var errors = Of(findings, Severity.Error);
        return new(errors.Count == 0, errors, Of(findings, Severity.Warning));
    }

    private static List<FindingBody> Of(IReadOnlyList<Finding> findings, Severity severity) =>
        [.. findings.Where(finding => finding.Severity == severity).Select(FindingBody.From)];
}

/// <summary>A document, for the description of the API; catalog/schema has the whole format.</summary>
/// <param name="Kind">CatalogItem or CatalogBundle.</param>
/// <param name="Metadata">What it is, and whose.</param>
/// <param name="Presentation">The form.</param>
/// <param name="Fulfillment">The actions of an item, or how a bundle is carried out.</param>
/// <param name="Components">The items of a bundle.</param>
internal sealed record DocumentExample(
    string Kind, JsonObject Metadata, JsonObject? Presentation, JsonObject? Fulfillment, JsonArray? Components);
