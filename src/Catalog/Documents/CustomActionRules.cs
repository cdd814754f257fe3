using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>What an action of type <c>custom</c> may ask of a worker that does not belong to the service.</summary>
internal sealed class CustomActionRules(ISet<string> reservedActivities, FindingList findings)
{
    private const int LongestName = 200;

    public void Check(IEnumerable<WrittenAction> actions)
    {
        foreach (var action in actions.Where(action => action.Definition.Type == ActionTypes.Custom))
        {
            if (action.Source.Find("config") is YamlMapping config)
            {
                CheckName(config.Find("activity"));
                CheckSecrets(config);
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

    /// <summary>Histories keep what a worker is sent, so that a secret in it would be written down in clear.</summary>
    private void CheckSecrets(YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    CheckSecrets(entry.Value);
                }

                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                {
                    CheckSecrets(item);
                }

                break;
            case YamlScalar { Value: string text } scalar when NamesSecret(text):
                findings.Error(
                    "secret.place", scalar.Place, "A secret can not be sent to a worker.", "let the worker read its secrets itself");
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
