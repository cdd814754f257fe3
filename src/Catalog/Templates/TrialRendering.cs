using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Surfaces;

namespace Pao.Catalog.Templates;

/// <summary>
/// Renders a template with values that are made up, so that what comes out right with no values at all is found when a
/// document is read, and not when somebody's request fails.
/// </summary>
internal static class TrialRendering
{
    /// <summary>A base address ends in a path, as what it brings nobody knows: all that follows is then taken for a part of the path.</summary>
    private const string Base = "https://host.example.com/base";

    /// <returns>Why it fails whatever the values are; null when it may be right, or has branches, of which nobody knows which counts.</returns>
    public static TemplateException? Problem(Template template, Landing landing)
    {
        if (!template.Parts.All(part => part is Text or Output or Secret))
        {
            return null;
        }

        var failure = Try(template, landing, index => $"x{index}");
        return failure is not null && Try(template, landing, index => index + 1) is not null ? failure : null;
    }

    /// <param name="value">The value of each tag, all different, so that two names of properties are not the same.</param>
    private static TemplateException? Try(Template template, Landing landing, Func<int, JsonNode> value)
    {
        var surface = ConfigRenderer.SurfaceOf(landing, new Budget());
        try
        {
            for (var i = 0; i < template.Parts.Count; i++)
            {
                Put(surface, template.Parts[i], i == 0 && landing is Landing.Url ? Base : value(i));
            }

            surface.Finish();
            return null;
        }
        catch (TemplateException failure)
        {
            return failure;
        }
    }

    private static void Put(Surface surface, Part part, JsonNode value)
    {
        switch (part)
        {
            case Text text:
                surface.Author(text.Value);
                break;
            case Secret secret:
                surface.Secret(secret.Reference);
                break;
            case Output { Expression: Call { Function: "json" } } when surface is JsonSurface json:
                json.Json(value);
                break;
            case Output output:
                surface.Value(output.Expression, value);
                break;
            default:
                throw new InvalidOperationException($"No way to try {part.GetType()}.");
        }
    }
}
