using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Pao.Activities.Expressions;

/// <summary>Takes a value over from the JMESPath library, as long as it is neither too large nor too deep to be kept.</summary>
internal sealed class ExpressionResult(string expression)
{
    private const int LargestResult = 1024 * 1024;
    private const int DeepestResult = 32;

    private int _size;

    public JsonNode? Read(JToken? token, int depth = 0)
    {
        if (depth > DeepestResult)
            throw ActionFailure.TooLarge($"The JMESPath expression '{expression}' nests deeper than {DeepestResult} levels.");

        Grow(2);
        return token switch
        {
            JObject members => new JsonObject(members.Properties().Select(member =>
            {
                Grow(member.Name.Length);
                return KeyValuePair.Create(member.Name, Read(member.Value, depth + 1));
            })),
            JArray items => new JsonArray([.. items.Select(item => Read(item, depth + 1))]),
            JValue { Value: string text } => Text(text),
            JValue { Type: not JTokenType.Null } scalar => JsonNode.Parse(scalar.ToString(Formatting.None)),
            _ => null,
        };
    }

    private string Text(string text)
    {
        Grow(text.Length);
        return text;
    }

    private void Grow(int characters)
    {
        _size += characters;
        if (_size > LargestResult)
            throw ActionFailure.TooLarge($"The JMESPath expression '{expression}' makes more than {LargestResult} characters.");
    }
}
