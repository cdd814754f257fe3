using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>
/// A JSON document that the author writes as text. Within quotes a value is the content of a string; elsewhere it is a
/// whole JSON value, so that <c>{"ports": {{ fields.ports }}}</c> needs no function. The result is valid JSON.
/// </summary>
internal sealed class JsonSurface(Budget budget) : Surface(budget)
{
    /// <summary>Stands for a secret until the document is parsed. No text may hold it then: it is no character.</summary>
    private const char Mark = '\uFFFF';

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly List<string> _secrets = [];
    private bool _inString;
    private bool _escaped;

    public override void Author(string text)
    {
        foreach (var c in text)
        {
            if (_escaped)
            {
                _escaped = false;
            }
            else if (_inString && c == '\\')
            {
                _escaped = true;
            }
            else if (c == '"')
            {
                _inString = !_inString;
            }
        }

        Append(text);
    }

    public override void Value(Expr expression, JsonNode? value)
    {
        if (_inString)
        {
            Put(JsonText.Content(Functions.Written(value, expression.Written)));
        }
        else
        {
            Json(value);
        }
    }

    /// <summary>Within quotes <c>json(x)</c> is a string that holds JSON; elsewhere it is the value itself.</summary>
    public void Json(JsonNode? value)
    {
        Reference.Reject(value, "a value");
        var json = WholeText.Of(value, "a value of the body")?.ToJsonString(JsonText.Options) ?? "null";
        Put(_inString ? JsonText.Content(json) : json);
    }

    public override void Secret(string reference)
    {
        RejectOpenEscape();
        _secrets.Add(reference);
        var mark = $"{Mark}{_secrets.Count - 1}{Mark}";
        Append(_inString ? mark : $"\"{mark}\"");
    }

    public override JsonNode Finish()
    {
        var written = base.Finish();
        if (_secrets.Count > 0)
        {
            RejectOtherMarks(Values.Text(written)!);
        }

        JsonNode? document;
        try
        {
            document = JsonNode.Parse(Values.Text(written)!, documentOptions: Strict);
        }
        catch (JsonException failure)
        {
            throw new TemplateException(
                $"The body is no valid JSON at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1} of what was rendered.",
                "write the body as a mapping, or values outside of quotes as {{ x }}");
        }

        if (_secrets.Count == 0)
        {
            return written;
        }

        Reference.Reject(document, "the body");
        return WithReferences(document) ?? written;
    }

    private JsonNode? WithReferences(JsonNode? node) => node switch
    {
        JsonObject properties => new JsonObject(properties.Select(one => KeyValuePair.Create(PlainKey(one.Key), WithReferences(one.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithReferences)]),
        _ when Values.Text(node) is { } text && text.Contains(Mark, StringComparison.Ordinal) => Parts(text),
        _ => node?.DeepClone(),
    };

    private static string PlainKey(string key) => key.Contains(Mark, StringComparison.Ordinal)
        ? throw new TemplateException("A secret can not be the name of a property.")
        : key;

    private JsonObject Parts(string text)
    {
        // Between marks stand text and the number of a secret in turn.
        var parts = text.Split(Mark)
            .Select((piece, index) => index % 2 == 0
                ? JsonValue.Create(piece)
                : (JsonNode)Reference.To(_secrets[int.Parse(piece, System.Globalization.CultureInfo.InvariantCulture)]))
            .Where(part => Values.Text(part) is not "")
            .ToList();
        return parts is [JsonObject only] ? only : Reference.Concat(parts);
    }

    private void Put(string encoded)
    {
        RejectOpenEscape();
        Budget.Text(encoded.Length);
        Append(encoded);
    }

    private void RejectOpenEscape()
    {
        if (_escaped)
        {
            throw new TemplateException("A value can not follow a single backslash in a JSON string.", "write \\\\ for a backslash");
        }
    }

    /// <summary>Only the marks that stand for secrets may be there, or a value could name one.</summary>
    private void RejectOtherMarks(string written)
    {
        if (written.Count(c => c == Mark) != 2 * _secrets.Count || written.Contains("\\uFFFF", StringComparison.OrdinalIgnoreCase))
        {
            throw new TemplateException("The character U+FFFF is not allowed in a JSON body with secrets.");
        }
    }
}
