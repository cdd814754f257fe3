using System.Text.Json.Nodes;
using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Checks every template of a document: that it parses, and that all it names will be there.</summary>
internal sealed class TemplateRules(
    JsonObject metadata, Form form, EnvironmentAllowList environment, FindingList findings)
{
    private static readonly Shape Request = Shape.Of(new Dictionary<string, Shape>
    {
        ["id"] = Shape.Plain,
        ["user"] = Shape.Of(["id", "email", "name", "teams"]),
        ["team"] = Shape.Plain,
        ["submittedAt"] = Shape.Plain,
        ["correlationId"] = Shape.Plain,
    });

    private static readonly Shape System =
        Shape.Of(["date", "time", "timestamp", "environment", "region", "hostname", "version"]);

    private static readonly Shape File =
        Shape.Of(new[] { "name", "type", "size", "content" }.Select(name => KeyValuePair.Create(name, Shape.Plain)));

    private readonly HashSet<string> _reasons = new(StringComparer.Ordinal);

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
            if (inForce && Availability.Problem(action) is var (place, problem))
            {
                Unavailable("action.unsupported", place, problem);
            }

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
            [Scopes.Fields] = FieldsShape(),
            [Scopes.Metadata] = Shape.Of(metadata),
            [Scopes.Request] = Request,
            [Scopes.System] = System,
            [Scopes.Environment] = Shape.Unknown,
            [Scopes.Output] = OutputsShape(action, actions),
        };

    private Shape FieldsShape()
    {
        var members = new Dictionary<string, Shape>(StringComparer.Ordinal);
        foreach (var group in form.Groups)
        {
            members[group.Id] = Shape.Of(group.Fields.Select(field => KeyValuePair.Create(field.Id, FieldShape(field))));
        }

        foreach (var field in form.Fields)
        {
            members[field.Id] = FieldShape(field);
        }

        return new Shape(members);
    }

    private static Shape FieldShape(FormField field) => new(
        field.Type switch
        {
            FieldType.Multiselect => null,
            FieldType.File => File.Members,
            _ => Shape.Plain.Members,
        },
        MayBeMissing: field.Condition is not null || field is { Required: false, Default: null },
        IsSecret: field.Type is FieldType.Password);

    /// <summary>Only what the action depends on, directly or not, is sure to have run before it.</summary>
    private static Shape OutputsShape(WrittenAction action, IReadOnlyList<WrittenAction> actions)
    {
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
                Shape.Of(OutputRules.Names(earlier)) with { MayBeMissing = earlier.Definition.Condition is not null })));
    }

    private void CheckCondition(WrittenAction action, Dictionary<string, Shape> scopes, bool inForce)
    {
        if (action.Definition.Condition is not { } condition || action.Source.Find("condition") is not { } node)
        {
            return;
        }

        if (Parse(condition, node.Place) is { } template)
        {
            if (template.Whole is null)
            {
                findings.Error("template.condition", node.Place, "A condition is one expression.", "write for example fields.notify == true");
            }

            if (Check(template, node.Place, scopes, inForce))
            {
                findings.Error("secret.alone", node.Place, "A condition can not ask about a password.", "ask about another field");
            }
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
            case YamlScalar { Value: string source } when Template.HasTags(source):
                CheckText(action, source, node.Place, path, scopes, inForce);
                break;
            default:
                break;
        }
    }

    private void CheckText(
        WrittenAction action, string source, Place place, IReadOnlyList<string> path, Dictionary<string, Shape> scopes, bool inForce)
    {
        var landing = Landings.Of(action.Definition.Type, path, Landings.BodyType(action.Definition.Config));
        if (landing is Landing.Fixed)
        {
            findings.Error("template.not-here", place, $"'{string.Join('.', path)}' takes no templates.");
        }
        else if (Parse(source, place) is { } template)
        {
            var namesSecret = Check(template, place, scopes, inForce) || template.Secrets().Any();
            if (landing is Landing.Url or Landing.Form && namesSecret)
            {
                findings.Error(
                    "secret.place", place, "A secret can not stand in a URL or in a form that is written as text.",
                    "use a header, 'authentication', or a body that is a mapping");
            }
            else if (action.Definition.Type == ActionTypes.Custom && namesSecret && !template.Secrets().Any())
            {
                // Histories keep what a worker is sent. Other secrets are looked for by the rules of custom actions.
                findings.Error("secret.place", place, "A password can not be sent to a worker.", "let the worker ask for it itself");
            }
        }
    }

    private Template? Parse(string source, Place place)
    {
        try
        {
            return Template.Parse(source);
        }
        catch (TemplateException failure)
        {
            findings.Error("template.syntax", place, failure.Message, failure.Suggestion);
            return null;
        }
    }

    /// <returns>Whether it puts a password of the form somewhere.</returns>
    private bool Check(Template template, Place place, Dictionary<string, Shape> scopes, bool inForce)
    {
        var check = new TemplateCheck(scopes);
        check.Check(template.Parts);
        foreach (var complaint in check.Complaints)
        {
            if (complaint.Severity is Severity.Error)
            {
                findings.Error(complaint.Rule, place, complaint.Message, complaint.Suggestion);
            }
            else
            {
                findings.Warning(complaint.Rule, place, complaint.Message, complaint.Suggestion);
            }
        }

        foreach (var variable in check.Environment.Where(variable => inForce && environment.Read(variable) is null))
        {
            Unavailable("template.environment", place, environment.Allows(variable)
                ? $"The environment variable {variable} is not set."
                : $"The operator does not let templates read the environment variable {variable} "
                    + $"({CatalogOptions.Section}:{nameof(CatalogOptions.AllowedEnvironment)}).");
        }

        return check.NamesSecret;
    }
}
