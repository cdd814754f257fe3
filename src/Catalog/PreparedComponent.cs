using System.Text.Json.Nodes;

namespace Pao.Catalog;

/// <summary>A component of a bundle with every template rendered, secrets still references: what the history keeps.</summary>
/// <param name="Skipped">The component's condition does not hold: nothing was rendered and nothing is to be done.</param>
/// <param name="Fields">
/// The item's fields as a valid submission of its form has them, defaults filled in; empty when there are errors. They are
/// values: nothing in them is a template, whatever it looks like.
/// </param>
/// <param name="Errors">
/// JSON Pointer (<c>/fields/name</c> for a field of the item, <c>/condition</c>) to messages; empty when all is well.
/// </param>
public sealed record PreparedComponent(
    string Id, bool Skipped, JsonObject Fields, IReadOnlyDictionary<string, string[]> Errors)
{
    public bool IsValid => Errors.Count == 0;
}
