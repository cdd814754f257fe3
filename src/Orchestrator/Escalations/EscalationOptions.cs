using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Pao.Catalog;

namespace Pao.Orchestrator.Escalations;

/// <summary>How others are asked for help with a request that failed: an action, prepared from <c>Pao:Escalation</c>.</summary>
public sealed class EscalationOptions
{
    public const string Section = "Pao:Escalation";

    /// <summary>The action's type; a ticket unless another is named.</summary>
    public string Type { get; set; } = ActionTypes.JiraTicket;

    /// <summary>
    /// The action's <c>config</c> as a document would have it, templates included; null when nobody can be asked. Templates
    /// name <c>request</c>, <c>metadata</c>, <c>fields</c>, and of the failure <c>output.failure.action</c>, <c>attempts</c>,
    /// <c>code</c>, <c>message</c>, <c>exists</c>, <c>reason</c> and <c>escalatedBy</c>.
    /// </summary>
    public JsonObject? Config { get; internal set; }
}

/// <summary>Reads the section <c>Config</c> as it is nested, with lists where its keys are numbers.</summary>
internal sealed class EscalationConfiguration(IConfiguration configuration) : IConfigureOptions<EscalationOptions>
{
    public void Configure(EscalationOptions options)
    {
        var section = configuration.GetSection(EscalationOptions.Section);
        options.Type = section[nameof(EscalationOptions.Type)] ?? options.Type;
        options.Config = Read(section.GetSection(nameof(EscalationOptions.Config))) as JsonObject;
        if (options.Type == ActionTypes.JiraTicket && options.Config is { } config)
            config["waitForResolution"] = false; // it is followed by people
    }

    private static JsonNode? Read(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
            return section.Value is { } value ? JsonValue.Create(value) : null;

        return children.TrueForAll(child => int.TryParse(child.Key, out _))
            ? new JsonArray([.. children.Select(Read)])
            : new JsonObject(children.Select(child => KeyValuePair.Create(JsonNamingPolicy.CamelCase.ConvertName(child.Key), Read(child))));
    }
}

internal sealed class EscalationOptionsValidator : IValidateOptions<EscalationOptions>
{
    public ValidateOptionsResult Validate(string? name, EscalationOptions options) =>
        ActionTypes.All.Contains(options.Type) && options.Type is not ActionTypes.Custom
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{EscalationOptions.Section}:{nameof(options.Type)} is '{options.Type}'; it must be a type of action that PAO carries out itself, such as jira-ticket.");
}
