using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Surfaces;

namespace Pao.Catalog.Templates;

/// <summary>Renders one template onto a surface.</summary>
internal sealed class TemplateRenderer(Evaluator evaluator, Surface surface)
{
    private enum Flow
    {
        Onward,
        Break,
        Continue,
    }

    public JsonNode Render(Template template)
    {
        Run(template.Parts);
        return surface.Finish();
    }

    private Flow Run(IReadOnlyList<Part> parts)
    {
        foreach (var part in parts)
        {
            evaluator.Budget.Step();
            var flow = RunThere(part);
            if (flow is not Flow.Onward)
            {
                return flow;
            }
        }

        return Flow.Onward;
    }

    /// <summary>A failure says of which tag it is, the innermost.</summary>
    private Flow RunThere(Part part)
    {
        try
        {
            return Run(part);
        }
        catch (TemplateException failure) when (failure.At is null && part.At is not null)
        {
            throw new TemplateException(failure.Message, failure.Suggestion) { At = part.At };
        }
    }

    private Flow Run(Part part)
    {
        switch (part)
        {
            case Text text:
                surface.Author(text.Value);
                return Flow.Onward;
            case Output { Expression: Call { Function: "json", Arguments: [var argument] } } when surface is JsonSurface json:
                json.Json(evaluator.Evaluate(argument));
                return Flow.Onward;
            case Output output:
                Put(output.Expression, evaluator.Evaluate(output.Expression));
                return Flow.Onward;
            case Secret secret:
                surface.Secret(secret.Reference);
                return Flow.Onward;
            case Assignment assignment:
                evaluator.Assign(assignment.Variable, evaluator.Evaluate(assignment.Value));
                return Flow.Onward;
            case If branches:
                return Run(branches.Branches.FirstOrDefault(branch => evaluator.Holds(branch.Condition))?.Body ?? branches.Else);
            case Loop loop:
                return Run(loop);
            case Jump jump:
                return jump.Leave ? Flow.Break : Flow.Continue;
            default:
                throw new InvalidOperationException($"No way to render {part.GetType()}.");
        }
    }

    private void Put(Expr expression, JsonNode? value)
    {
        if (SecretFields.NameOf(expression, value) is { } secret)
        {
            surface.Secret(secret);
        }
        else
        {
            surface.Value(expression, value);
        }
    }

    private Flow Run(Loop loop)
    {
        var items = Items(loop);
        if (items.Count == 0)
        {
            return Run(loop.Else);
        }

        var outer = evaluator.Position;
        for (var i = 0; i < items.Count; i++)
        {
            evaluator.Budget.Step();
            evaluator.Assign(loop.Variable, items[i]);
            evaluator.Position = new LoopPosition(i, items.Count);
            if (Run(loop.Body) is Flow.Break)
            {
                break;
            }
        }

        evaluator.Position = outer;
        return Flow.Onward;
    }

    private List<JsonNode?> Items(Loop loop)
    {
        IEnumerable<JsonNode?> items = evaluator.List(loop.Source);
        items = loop.Offset is { } offset ? items.Skip(evaluator.Whole(offset)) : items;
        items = loop.Limit is { } limit ? items.Take(evaluator.Whole(limit)) : items;
        var list = (loop.Reversed ? items.Reverse() : items).Take(Budget.MaxItems + 1).ToList();
        evaluator.Budget.Items(list.Count);
        return list;
    }
}
