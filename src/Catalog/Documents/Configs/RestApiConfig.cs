using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents.Configs;

/// <summary>The <c>config</c> of a <c>rest-api</c> action.</summary>
internal sealed class RestApiConfig(MappingReader config, FindingList findings)
{
    private const int MaxJsonDepth = 64;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private static readonly string[] AuthenticationKeys =
    [
        "token", "username", "password", "value", "name", "header", "in", "tokenUrl", "clientId", "clientSecret", "scope", "audience",
    ];

    public void Check()
    {
        HttpConfig.Endpoint(config, methodRequired: true, findings);
        HttpConfig.Headers(config, findings);
        HttpConfig.Parameters(config.Optional<YamlMapping>("query"), "parameter", findings);
        Authentication();
        Body();
        Expect(config);
        config.Choice("idempotencyKey", HttpConfig.KeyUses);
        Probe();
        Poll();
    }

    private void Authentication()
    {
        if (config.Section("authentication", "'authentication'") is not { } section)
        {
            return;
        }

        section.Required<YamlScalar>("type");
        switch (section.Choice("type", ["bearer", "basic", "api-key", "oauth2-client-credentials"]))
        {
            case "bearer":
                HttpConfig.SecretText(section, "token", "my-token", findings);
                break;
            case "basic":
                section.RequiredText("username");
                HttpConfig.SecretText(section, "password", "my-password", findings);
                break;
            case "api-key":
                HttpConfig.SecretText(section, "value", "my-key", findings);
                HttpConfig.HeaderName(section, "name", findings);
                HttpConfig.HeaderName(section, "header", findings); // another word for the same
                section.Choice("in", ["header", "query"]);
                break;
            case "oauth2-client-credentials":
                HttpConfig.Url(section, "tokenUrl", required: true, findings);
                section.RequiredText("clientId");
                HttpConfig.SecretText(section, "clientSecret", "my-client", findings);
                section.Text("scope");
                section.Text("audience");
                break;
            default:
                // Which of them it may have depends on the type.
                foreach (var entry in section.Mapping.Entries.Where(entry => AuthenticationKeys.Contains(entry.Key)))
                {
                    section.Any(entry.Key);
                }

                break;
        }

        section.Done();
    }

    private void Body()
    {
        if (config.Section("body", "'body'") is not { } body)
        {
            return;
        }

        var type = body.Choice("type", ["json", "form", "text"]) ?? "json";
        switch (body.Any("contentTemplate"))
        {
            case null when body.Mapping.Find("contentTemplate") is null:
                body.Missing("contentTemplate");
                break;
            case YamlScalar { Value: string text } scalar:
                CheckJson(type, text, scalar);
                break;
            case YamlMapping fields when type is "form":
                HttpConfig.Parameters(fields, "form field", findings);
                break;
            case YamlMapping or YamlSequence when type is "json":
            case null:
                break;
            case var other:
                var wanted = type switch { "json" => "a string, a mapping or a list", "form" => "a string or a mapping", _ => "a string" };
                findings.Error("schema.type", other.Place, $"'contentTemplate' must be {wanted}, not {other.Kind}.");
                break;
        }

        body.Done();
    }

    private void CheckJson(string type, string text, YamlScalar scalar)
    {
        if (type is not "json" || Template.HasTags(text))
        {
            return;
        }

        try
        {
            JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxJsonDepth });
        }
        catch (JsonException)
        {
            findings.Error("body.json", scalar.Place, "The body is no valid JSON.", "write it as a mapping, or set the body's 'type' to text");
        }
    }

    private void Expect(MappingReader owner)
    {
        if (owner.Section("expect", "'expect'") is not { } expect)
        {
            return;
        }

        var statuses = expect.Optional<YamlSequence>("status");
        if (statuses is { Items.Count: 0 })
        {
            findings.Error("schema.value", statuses.Place, "'status' must have at least one status.");
        }

        foreach (var item in statuses?.Items ?? [])
        {
            if (item is not YamlScalar { Value: long and >= 100 and <= 599 })
            {
                findings.Error("schema.value", item.Place, "'status' must list HTTP statuses, from 100 to 599.");
            }
        }

        Expression(expect, "jmespath", required: false);
        expect.Done();
    }

    private void Probe()
    {
        if (config.Section("probe", "'probe'") is not { } probe)
        {
            return;
        }

        HttpConfig.Url(probe, "url", required: true, findings);
        probe.Choice("method", ["GET", "HEAD"]);
        Expect(probe);
        probe.Done();
    }

    private void Poll()
    {
        if (config.Section("poll", "'poll'") is not { } poll)
        {
            return;
        }

        HttpConfig.Url(poll, "url", required: false, findings);
        Expression(poll, "until", required: true);
        Expression(poll, "failWhen", required: false);
        var (interval, timeout) = (poll.Duration("interval"), poll.Duration("timeout"));
        if (interval < Shortest)
        {
            findings.Error("schema.value", poll.PlaceOf("interval"), "'interval' must be at least 1s.");
        }

        if (timeout < interval)
        {
            findings.Error("poll.order", poll.PlaceOf("timeout"), "'timeout' must not be shorter than 'interval'.");
        }

        poll.Done();
    }

    private void Expression(MappingReader section, string key, bool required)
    {
        var expression = required ? section.RequiredText(key) : section.Text(key);
        if (expression is not null)
        {
            JmesPathText.Check(expression, section.PlaceOf(key), findings);
        }
    }
}
