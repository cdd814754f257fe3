using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents.Configs;

/// <summary>What the configurations of all calls by HTTP have in common.</summary>
internal static class HttpConfig
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    /// <summary>What the other system may do with the idempotency key.</summary>
    public static IReadOnlyList<string> KeyUses { get; } = ["honoured", "ignored"];

    /// <summary>These frame the message, or say who sent it and whether it is a repeat.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Idempotency-Key", "X-Correlation-Id",
    };

    public static void Endpoint(MappingReader config, bool methodRequired, FindingList findings)
    {
        if (config.RequiredSection("endpoint", "'endpoint'") is not { } endpoint)
        {
            return;
        }

        Url(endpoint, "url", required: true, findings);
        if (methodRequired)
        {
            endpoint.Required<YamlScalar>("method");
        }

        endpoint.Choice("method", Methods);
        endpoint.Done();
    }

    /// <summary>A URL that may hold templates: their own rules say what is wrong with those.</summary>
    public static void Url(MappingReader section, string key, bool required, FindingList findings)
    {
        var url = required ? section.RequiredText(key) : section.Text(key);
        if (url is null)
        {
            return;
        }

        if (!UrlText.IsWritten(url))
        {
            findings.Error("schema.value", section.PlaceOf(key), $"'{key}' must begin with https://, http:// or a template.");
        }
        else if (!Template.HasTags(url) && !UrlText.IsAbsolute(url))
        {
            findings.Error("url.invalid", section.PlaceOf(key), $"'{url}' is no URL, or one with a user name in it.");
        }
    }

    public static void Headers(MappingReader config, FindingList findings)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in config.Optional<YamlMapping>("headers")?.Entries ?? [])
        {
            if (!Spelling.IsHttpHeader(entry.Key))
            {
                findings.Error("header.name", entry.KeyPlace, $"'{entry.Key}' is no name of a header.");
            }
            else if (Reserved.Contains(entry.Key))
            {
                findings.Error(
                    "header.reserved", entry.KeyPlace, $"The header '{entry.Key}' is set by the service; a document can not set it.", "remove it");
            }
            else if (!names.Add(entry.Key))
            {
                findings.Error("header.duplicate", entry.KeyPlace, $"The header '{entry.Key}' is there twice: case makes no difference.");
            }

            Plain(entry, "header", findings);
        }
    }

    /// <summary>A single value, which is sent as text.</summary>
    public static void Plain(YamlEntry entry, string what, FindingList findings)
    {
        if (entry.Value is not YamlScalar { Value: not null })
        {
            findings.Error("schema.type", entry.Value.Place, $"The {what} '{entry.Key}' must be a plain value, not {entry.Value.Kind}.");
        }
    }

    /// <summary>Values or lists of values, each sent as text.</summary>
    public static void Parameters(YamlMapping? parameters, string what, FindingList findings)
    {
        foreach (var entry in parameters?.Entries ?? [])
        {
            if (entry.Value is not YamlSequence list)
            {
                Plain(entry, what, findings);
                continue;
            }

            foreach (var item in list.Items.Where(item => item is not YamlScalar { Value: not null }))
            {
                findings.Error("schema.type", item.Place, $"The {what} '{entry.Key}' must hold plain values, not {item.Kind}.");
            }
        }
    }

    public static void HeaderName(MappingReader section, string key, FindingList findings)
    {
        if (section.Text(key) is { } name && !Spelling.IsHttpHeader(name))
        {
            findings.Error("header.name", section.PlaceOf(key), $"'{name}' is no name of a header.");
        }
    }

    /// <summary>A secret that is written out would be read by everybody who reads the catalog.</summary>
    public static void SecretText(MappingReader section, string key, string example, FindingList findings)
    {
        if (section.RequiredText(key) is { } text && !Template.HasTags(text))
        {
            findings.Error(
                "secret.literal", section.PlaceOf(key), "A secret must not be written into the catalog.", $"name it: '{{{{ secrets.{example} }}}}'");
        }
    }
}
