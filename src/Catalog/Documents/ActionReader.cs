using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Catalog.Documents.Configs;
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
        var condition = ConditionText.Read(action, findings);
        var dependsOn = ReadDependsOn(action);
        var retry = ReadRetry(action);
        var timeout = action.Duration("timeout");
        var outputs = action.Any("outputs");
        action.Done();
        if (type is not null)
        {
            ActionConfig.Check(type, config, findings);
            OutputRules.Check(type, outputs, findings);
            if (type is ActionTypes.RestApi)
            {
                PollPlaceholders.Check(config?.Mapping, outputs, findings);
            }

            CheckTimeout(type, timeout, action);
        }

        _actions.Add(new WrittenAction(
            new ActionDefinition(
                id, name, type ?? "", config?.Mapping.ToJson() ?? new JsonObject(), condition, dependsOn ?? [], retry, timeout, outputs?.ToJson()),
            action.Mapping)
        {
            IsNamed = dependsOn is not null
                && (action.Mapping.Find("id") is { } written ? written is YamlScalar { Value: string } : type is not null),
        });
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

    /// <returns>Null when one of them is wrong.</returns>
    private IReadOnlyList<string>? ReadDependsOn(MappingReader action)
    {
        if (action.Any("dependsOn") is null)
        {
            return _actions.Count == 0 ? [] : [_actions[^1].Definition.Id];
        }

        var before = findings.Errors;
        var ids = action.Texts("dependsOn");
        foreach (var item in action.Optional<YamlSequence>("dependsOn")?.Items ?? [])
        {
            if (item is YamlScalar { Value: string id } && !_actions.Exists(earlier => earlier.Definition.Id == id))
            {
                findings.Error(
                    "action.depends-on", item.Place, $"No action with the id '{id}' comes before this one.",
                    Nearest.DidYouMean(id, _actions.Select(earlier => earlier.Definition.Id)));
            }
        }

        return findings.Errors == before ? ids : null;
    }

    private void CheckTimeout(string type, TimeSpan? timeout, MappingReader action)
    {
        var (shortest, longest, bounds) = type switch
        {
            ActionTypes.Custom => (TimeSpan.FromSeconds(1), TimeSpan.FromDays(30), "between 1s and 30d"),
            ActionTypes.RestApi or ActionTypes.Webhook => (TimeSpan.Zero, TimeSpan.FromHours(1), "at most 1h"),
            _ => (TimeSpan.Zero, TimeSpan.MaxValue, ""),
        };
        if (timeout < shortest || timeout > longest)
        {
            findings.Error("action.timeout", action.PlaceOf("timeout"), $"The 'timeout' of an action of type '{type}' must be {bounds}.");
        }
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
            findings.Error("action.retry", section.PlaceOf("maxDelay"), "'maxDelay' must not be shorter than 'initialDelay'.");
        }

        return retry;
    }
}
