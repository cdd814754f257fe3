using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Checks every template of a document: that it parses, and that all it names will be there.</summary>
internal sealed class TemplateRules(
    Shape metadata, Shape fields, Form form, EnvironmentAllowList environment, FindingList findings)
{
    private readonly TemplateFindings _templates = new(environment, findings);
    private readonly HashSet<string> _reasons = new(StringComparer.Ordinal);

    /// <summary>What the operator lets documents do with secrets; null when they may do anything.</summary>
    public SecretRules? Secrets { get; init; }

    /// <returns>Why the item can not be requested here; null when it can.</returns>
    public string? Check(Fulfillment fulfillment)
    {
        CheckActions(fulfillment.Manual, fulfillment.Mode is FulfillmentMode.Manual);
        CheckActions(fulfillment.Automatic, fulfillment.Mode is FulfillmentMode.Automatic);
        return _reasons.Count == 0 ? null : string.Join(" ", _reasons);
    }

    private void CheckActions(IReadOnlyList<WrittenAction> actions, bool inForce)
    {
        foreach (var action in actions)
        {
            var scopes = ScopesOf(action, actions);
            CheckCondition(action, scopes, inForce);
            if (action.Source.Find("config") is { } config)
            {
                CheckConfig(action, config, [], scopes, inForce);
            }
        }
    }

    private void Unavailable(string rule, Place place, string problem)
    {
        findings.Warning(rule, place, problem + " The item is shown, but nobody can request it.");
        _reasons.Add(problem);
    }

    private Dictionary<string, Shape> ScopesOf(WrittenAction action, IReadOnlyList<WrittenAction> actions) =>
        new(StringComparer.Ordinal)
        {
            [Scopes.Fields] = fields,
            [Scopes.Metadata] = metadata,
            [Scopes.Request] = TemplateShapes.Request,
            [Scopes.System] = TemplateShapes.System,
            [Scopes.Environment] = Shape.Unknown,
            [Scopes.Output] = OutputsShape(action, actions),
        };

    /// <summary>Only what the action depends on, directly or not, is sure to have run before it.</summary>
    private static Shape OutputsShape(WrittenAction action, IReadOnlyList<WrittenAction> actions)
    {
        if (actions.Any(other => !other.IsNamed))
        {
            return Shape.Unknown;
        }

        var before = new HashSet<string>(action.Definition.DependsOn, StringComparer.Ordinal);
        foreach (var earlier in actions.Reverse().Where(earlier => before.Contains(earlier.Definition.Id)))
        {
            before.UnionWith(earlier.Definition.DependsOn);
        }

        return Shape.Of(actions
            .Where(earlier => earlier != action && before.Contains(earlier.Definition.Id))
            .DistinctBy(earlier => earlier.Definition.Id)
            .Select(earlier => KeyValuePair.Create(
                earlier.Definition.Id,
                OutputRules.ShapeOf(earlier) with { MayBeMissing = earlier.Definition.Condition is not null })));
    }

    private void CheckCondition(WrittenAction action, Dictionary<string, Shape> scopes, bool inForce)
    {
        if (action.Definition.Condition is not { } condition || action.Source.Find("condition") is not { } node)
        {
            return;
        }

        if (_templates.Condition(condition, node, form) is { } template && Check(template, condition, node, scopes, inForce))
        {
            findings.Error("secret.alone", node.Place, "A condition can not ask about a password.", "ask about another field");
        }
    }

    private void CheckConfig(
        WrittenAction action, YamlNode node, IReadOnlyList<string> path, Dictionary<string, Shape> scopes, bool inForce)
    {
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    CheckConfig(action, entry.Value, [.. path, entry.Key], scopes, inForce);
                }

                break;
            case YamlSequence sequence:
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    CheckConfig(action, sequence.Items[i], [.. path, $"{i}"], scopes, inForce);
                }

                break;
            case YamlScalar { Value: string source } when Template.HasTags(source) && !findings.HasErrorAt(node.Place):
                CheckText(action, source, node, path, scopes, inForce);
                break;
            default:
                break;
        }
    }

    private void CheckText(
        WrittenAction action, string source, YamlNode node, IReadOnlyList<string> path, Dictionary<string, Shape> scopes, bool inForce)
    {
        // Where a text of an action lands whose type is wrong, which is told already, nobody knows.
        var landing = ActionTypes.All.Contains(action.Definition.Type)
            ? Landings.Of(action.Definition.Type, path, Landings.BodyType(action.Definition.Config))
            : Landing.Typed;
        if (landing is Landing.Fixed)
        {
            findings.Error("template.not-here", node.Place, $"'{string.Join('.', path)}' takes no templates.");
        }
        else if (_templates.Parse(source, node) is { } template)
        {
            var namesSecret = Check(template, source, node, scopes, inForce) || template.Secrets().Any();
            foreach (var secret in template.Secrets().Where(_ => inForce).Distinct())
            {
                if (Secrets?.Problem(action.Definition, path, secret) is { } refusal)
                {
                    Unavailable("secret.refused", node.Place, refusal);
                }
            }

            if (!landing.TakesSecrets() && namesSecret)
            {
                findings.Error(
                    "secret.place", node.Place, $"A secret can not stand in '{string.Join('.', path)}'.",
                    "use a header, 'authentication', or a body that is a mapping; of Terraform, 'variables'");
            }
            else if (landing is Landing.Url && UrlText.Problem(template) is { } problem)
            {
                findings.Error("template.url", node.Place, problem, "begin with https://…, env.NAME or metadata.x");
            }
            else if (RuleOfTrial(landing) is { } rule && TrialRendering.Problem(template, landing) is { } failure)
            {
                findings.Error(rule, node.Place, $"Whatever the values are, this fails: {failure.Message}", failure.Suggestion);
            }
            else if (action.Definition.Type == ActionTypes.Custom && namesSecret && !template.Secrets().Any())
            {
                // Histories keep what a worker is sent. Other secrets are looked for by the rules of custom actions.
                findings.Error("secret.place", node.Place, "A password can not be sent to a worker.", "let the worker ask for it itself");
            }
        }
    }

    /// <summary>The rule of places where made-up values tell as much as real ones; null elsewhere.</summary>
    private static string? RuleOfTrial(Landing landing) => landing switch
    {
        Landing.Url => "template.url",
        Landing.Json => "body.json",
        Landing.Header or Landing.Hcl or Landing.JiraLabel or Landing.Line or Landing.Word or Landing.Path => "template.place",
        _ => null,
    };

    /// <returns>Whether it puts a password of the form somewhere.</returns>
    private bool Check(Template template, string source, YamlNode node, Dictionary<string, Shape> scopes, bool inForce)
    {
        var (problems, namesSecret) = _templates.Check(template, source, node, scopes);
        foreach (var (place, problem) in problems.Where(_ => inForce))
        {
            Unavailable("template.environment", place, problem);
        }

        return namesSecret;
    }
}
