using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Reads the actions of one mode, in their order.</summary>
internal sealed class ActionReader(FindingList findings)
{
    private readonly List<WrittenAction> _actions = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public IReadOnlyList<WrittenAction> Read(IEnumerable<MappingReader> actions)
    {
        foreach (var action in actions)
        {
            ReadOne(action);
        }

        return _actions;
    }

    private void ReadOne(MappingReader action)
    {
        var type = ReadType(action);
        var id = ReadId(action, type ?? "action");
        var name = action.Text("name");
        var config = action.RequiredSection("config", "'config'");
        var condition = ReadCondition(action);
        var dependsOn = ReadDependsOn(action);
        var retry = ReadRetry(action);
        var timeout = action.Duration("timeout");
        var outputs = action.Any("outputs");
        action.Done();
        if (type is not null && config is not null)
        {
            new ActionConfigRules(findings).Check(type, config);
            OutputRules.Check(type, outputs, findings);
        }

        _actions.Add(new WrittenAction(
            new ActionDefinition(
                id, name, type ?? "", config?.Mapping.ToJson() ?? new JsonObject(), condition, dependsOn, retry, timeout, outputs?.ToJson()),
            action.Mapping));
    }

    private static string? ReadType(MappingReader action) =>
        action.Required<YamlScalar>("type") is null ? null : action.Choice("type", ActionTypes.All);

    private string ReadId(MappingReader action, string type)
    {
        var nth = _actions.Count(earlier => earlier.Definition.Type == type) + 1;
        var id = action.Text("id") ?? string.Create(CultureInfo.InvariantCulture, $"{type}-{nth}");
        if (!Spelling.IsName(id))
        {
            findings.Error("id.name", action.PlaceOf("id"), $"The action's id '{id}' must be kebab- or camelCase.");
        }

        if (!_ids.Add(id))
        {
            findings.Error("id.duplicate", action.PlaceOf("id"), $"Another action has the id '{id}' already.");
        }

        return id;
    }

    /// <summary>An expression; <c>{{ }}</c> around it may be left out. A boolean is taken as it is.</summary>
    internal static string? ReadCondition(MappingReader action) => action.Optional<YamlScalar>("condition") switch
    {
        null => null,
        { Value: bool flag } => flag ? "{{ true }}" : "{{ false }}",
        var scalar => scalar.Text.Contains("{{", StringComparison.Ordinal) ? scalar.Text : $"{{{{ {scalar.Text} }}}}",
    };

    private IReadOnlyList<string> ReadDependsOn(MappingReader action)
    {
        if (action.Any("dependsOn") is null)
        {
            return _actions.Count == 0 ? [] : [_actions[^1].Definition.Id];
        }

        var ids = action.Texts("dependsOn");
        foreach (var id in ids.Where(id => !_actions.Exists(earlier => earlier.Definition.Id == id)))
        {
            findings.Error(
                "action.depends-on", action.PlaceOf("dependsOn"), $"No action with the id '{id}' comes before this one.",
                Nearest.DidYouMean(id, _actions.Select(earlier => earlier.Definition.Id)));
        }

        return ids;
    }

    private RetryDefinition? ReadRetry(MappingReader action)
    {
        if (action.Section("retry", "'retry'") is not { } section)
        {
            return null;
        }

        var attempts = section.Integer("attempts", 0, 5);
        BackoffKind? backoff = section.Choice("backoff", ["exponential", "linear"]) switch
        {
            "exponential" => BackoffKind.Exponential,
            "linear" => BackoffKind.Linear,
            _ => null,
        };
        var retry = new RetryDefinition(attempts, backoff, section.Duration("initialDelay"), section.Duration("maxDelay"));
        section.Done();
        if (retry.MaxDelay < retry.InitialDelay)
        {
            findings.Error("schema.value", section.PlaceOf("maxDelay"), "'maxDelay' must not be shorter than 'initialDelay'.");
        }

        return retry;
    }
}
