using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>
/// What an action of type <c>custom</c> may ask of a worker that does not belong to the service; and no secret goes to one, or
/// into a ticket's fields.
/// </summary>
internal sealed class CustomActionRules(ISet<string> reservedActivities, FindingList findings)
{
    private const int LongestName = 200;

    public void Check(IEnumerable<WrittenAction> actions)
    {
        foreach (var action in actions)
        {
            var config = action.Source.Find("config") as YamlMapping;
            if (action.Definition.Type == ActionTypes.Custom && config is not null)
            {
                CheckName(config.Find("activity"));
                CheckSecrets(config, "A secret can not be sent to a worker.", "let the worker read its secrets itself");
            }
            else if (action.Definition.Type == ActionTypes.JiraTicket && (config?.Find("ticket") as YamlMapping)?.Find("customFields") is { } fields)
            {
                CheckSecrets(fields, "A secret does not belong in a ticket, which people read.", "name where to find it");
            }
        }
    }

    private void CheckName(YamlNode? activity)
    {
        if (activity is not YamlScalar { Value: string name } scalar)
        {
            return;
        }

        if (Spelling.Length(name) > LongestName)
        {
            findings.Error("schema.value", scalar.Place, $"The name of an activity has at most {LongestName} characters.");
        }
        else if (reservedActivities.Contains(name))
        {
            findings.Error(
                "custom.reserved", scalar.Place, $"'{name}' is a task of the service itself.", "give your activity another name");
        }
    }

    /// <summary>Histories keep what a worker is sent, and tickets are kept for ever: a secret would be written down in clear.</summary>
    private void CheckSecrets(YamlNode node, string message, string suggestion)
    {
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    CheckSecrets(entry.Value, message, suggestion);
                }

                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                {
                    CheckSecrets(item, message, suggestion);
                }

                break;
            case YamlScalar { Value: string text } scalar when NamesSecret(text):
                findings.Error("secret.place", scalar.Place, message, suggestion);
                break;
            default:
                break;
        }
    }

    private static bool NamesSecret(string text)
    {
        try
        {
            return Template.HasTags(text) && Template.Parse(text).Secrets().Any();
        }
        catch (TemplateException)
        {
            return false; // the rules of templates tell of it
        }
    }
}
