using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents.Configs;

/// <summary>The <c>config</c> of a <c>webhook</c> action.</summary>
internal sealed class WebhookConfig(MappingReader config, FindingList findings)
{
    public void Check()
    {
        HttpConfig.Endpoint(config, methodRequired: false, findings);
        HttpConfig.Headers(config, findings);
        config.Choice("idempotencyKey", HttpConfig.KeyUses);
        if (config.Section("body", "'body'") is { } body)
        {
            switch (body.Any("template"))
            {
                case null when body.Mapping.Find("template") is null:
                    body.Missing("template");
                    break;
                case YamlScalar { Value: not string } other:
                    findings.Error("schema.type", other.Place, $"'template' must be a string, a mapping or a list, not {other.Kind}.");
                    break;
            }

            body.Done();
        }

        if (config.Section("signing", "'signing'") is { } signing)
        {
            HttpConfig.SecretText(signing, "secret", "my-webhook", findings);
            signing.Choice("algorithm", ["sha256"]);
            HttpConfig.HeaderName(signing, "header", findings);
            signing.Done();
        }
    }
}
