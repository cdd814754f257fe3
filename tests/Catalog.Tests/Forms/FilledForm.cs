using System.Text.Json.Nodes;
using Pao.Catalog.Forms.Files;

namespace Pao.Catalog.Tests.Forms;

/// <summary>What became of a form that was filled in.</summary>
/// <param name="Shown">The fields that were there at the beginning and after each step.</param>
/// <param name="Sent">What was sent in the end; null when the form refused to.</param>
/// <param name="Errors">What the form said was wrong.</param>
public sealed record FilledForm(string[][] Shown, JsonObject? Sent, string[] Errors)
{
    /// <summary>A value as a person sees it: of a choice its label, of a file the file itself.</summary>
    public static JsonNode Entered(Form form, string id, JsonNode value)
    {
        var field = form.Fields.Single(field => field.Id == id);
        return field.Type switch
        {
            FieldType.Select => Label(field, value),
            FieldType.Multiselect when field.Options is not null => new JsonArray([.. value.AsArray().Select(one => Label(field, one!))]),
            FieldType.File => SubmittedFile.Read(Values.Text(value)!)!.ToJson(),
            _ => value.DeepClone(),
        };
    }

    private static JsonNode Label(FormField field, JsonNode value) =>
        field.Options!.Single(option => option.Value == Values.Text(value)).Label;
}
