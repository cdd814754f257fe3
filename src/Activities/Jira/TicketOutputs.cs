using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Expressions;
using Pao.Activities.Jira.Markup;
using Pao.Activities.Rest;
using Pao.Activities.Secrets;

namespace Pao.Activities.Jira;

/// <summary>
/// What a ticket hands on: its key, id, URL and status, and what its document reads from its fields by JMESPath. Whoever
/// resolves the ticket fills those fields in; each of them must have a value then.
/// </summary>
internal sealed class TicketOutputs(RestOutputs wanted)
{
    public bool NeedFields => wanted.Named.Count > 0;

    public static TicketOutputs Of(ActionExecution execution, ResponseExpressions expressions) =>
        new(RestOutputs.Read(execution.Outputs, expressions));

    /// <exception cref="ActionFailedException">A field that is wanted is empty.</exception>
    public ActionResult Read(JiraInstance instance, TicketHandle ticket, JsonObject issue, TicketStatus status, SecretScope secrets)
    {
        var url = instance.Browse(ticket.Key);
        var outputs = new JsonObject { ["key"] = ticket.Key, ["id"] = ticket.Id, ["url"] = url, ["status"] = status.Name };
        if (NeedFields)
        {
            var document = Document(outputs, issue, status);
            foreach (var (name, expression) in wanted.Named)
                outputs[name] = expression.Evaluate(document);

            var missing = wanted.Named.Select(output => output.Name).Where(name => IsEmpty(outputs[name])).ToList();
            if (missing.Count > 0)
                throw ActionFailure.OutputsMissing(
                    $"Ticket {ticket.Key} is {status}, but does not say: {string.Join(", ", missing)}. Fill in the fields that the document reads "
                    + "these outputs from, then retry: the ticket is read again, and no other is made.");
        }

        return new ActionResult((JsonObject)secrets.Mask(outputs)!, url);
    }

    /// <summary>What expressions read: the ticket with its fields by id, and by name.</summary>
    private static JsonObject Document(JsonObject outputs, JsonObject issue, TicketStatus status)
    {
        var fields = issue["fields"] as JsonObject ?? [];
        var names = issue["names"] as JsonObject ?? [];
        var document = (JsonObject)outputs.DeepClone();
        document["resolution"] = status.Resolution;
        document["fields"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Plain(field.Value))));
        document["named"] = new JsonObject(fields
            .Select(field => KeyValuePair.Create(names[field.Key]?.ToString() ?? field.Key, field.Value))
            .DistinctBy(field => field.Key)
            .Select(field => KeyValuePair.Create(field.Key, Plain(field.Value))));
        return document;
    }

    /// <summary>A rich text as the lines that a reader sees, in the cloud as in a data center.</summary>
    private static JsonNode? Plain(JsonNode? value) =>
        value is JsonObject rich && AdfText.IsDocument(rich) ? AdfText.Of(rich) : value?.DeepClone();

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray many => many.Count is 0,
        JsonValue one => one.GetValueKind() is JsonValueKind.Null || (one.GetValueKind() is JsonValueKind.String && string.IsNullOrWhiteSpace(one.GetValue<string>())),
        _ => false,
    };
}
