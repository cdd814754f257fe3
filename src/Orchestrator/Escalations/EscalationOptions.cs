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

    // Below these the keys are the other system's; all others are the format's, however they are written in a configuration.
    private static readonly string[] Foreign = ["customFields", "headers", "inputs", "query", "template", "contentTemplate"];

    private static JsonNode? Read(IConfigurationSection section) => Read(section, isForeign: false);

    private static JsonNode? Read(IConfigurationSection section, bool isForeign)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
            return section.Value is { } value ? JsonValue.Create(value) : null;
        if (children.TrueForAll(child => int.TryParse(child.Key, out _)))
            return new JsonArray([.. children.Select(child => Read(child, isForeign))]);

        JsonObject read = [];
        foreach (var child in children)
        {
            var key = isForeign ? child.Key : JsonNamingPolicy.CamelCase.ConvertName(child.Key);
            read[key] = Read(child, isForeign || Foreign.Contains(key));
        }

        return read;
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
