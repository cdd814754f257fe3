using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Forms;

/// <summary>One Node process that checks and shows forms as a browser would: node/forms.mjs.</summary>
public sealed class NodeForms : IAsyncLifetime
{
    internal static readonly NodeFolder Node = new("tests", "Catalog.Tests", "node");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly StringBuilder _complaints = new();
    private Process? _process;
    private Task _reading = Task.CompletedTask;

    private Process Running => _process ?? throw new InvalidOperationException("Node was not started.");

    public async ValueTask InitializeAsync()
    {
        await Node.InstalledAsync();
        _process = Node.Start("node", "forms.mjs");
        _reading = ReadComplaintsAsync(_process.StandardError);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close(); // the program ends with its input
            await process.WaitForExitAsync().WaitAsync(Patience);
            await _reading;
            process.Dispose();
        }

        _turn.Dispose();
    }

    /// <summary>What Ajv has against each of the values; nothing against one that is valid.</summary>
    public async Task<IReadOnlyList<string[]>> CheckAsync(JsonNode schema, IEnumerable<string> values) =>
        [.. (await AskAsync(new JsonObject
        {
            ["operation"] = "check",
            ["schema"] = schema.DeepClone(),
            ["values"] = new JsonArray([.. values.Select(value => (JsonNode)value)]),
        })).AsArray().Select(errors => errors.Deserialize<string[]>() ?? [])];

    /// <summary>Which texts a browser finds each pattern in; null for what is no pattern to it.</summary>
    public async Task<IReadOnlyList<bool[]?>> MatchAsync(IEnumerable<string> patterns, IEnumerable<string> texts) =>
        [.. (await AskAsync(new JsonObject
        {
            ["operation"] = "match",
            ["patterns"] = new JsonArray([.. patterns.Select(pattern => (JsonNode)pattern)]),
            ["texts"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]),
        })).AsArray().Select(found => found?.Deserialize<bool[]>())];

    /// <summary>The form as HTML, as react-jsonschema-form shows it; on demand with the groups, by the template of the docs.</summary>
    public async Task<string> RenderAsync(JsonObject published, JsonObject values, bool grouped = false) =>
        (await AskAsync(new JsonObject
        {
            ["operation"] = "render",
            ["schema"] = published["schema"]!.DeepClone(),
            ["ui"] = published["ui"]!.DeepClone(),
            ["values"] = values.DeepClone(),
            ["grouped"] = grouped,
        })).GetValue<string>();

    /// <summary>Fills in the form field by field, in the order of the values, in a document, as a person does, and sends it.</summary>
    public async Task<FilledForm> FillAsync(Form form, IEnumerable<KeyValuePair<string, JsonNode?>> values)
    {
        var published = form.ToJsonSchema();
        var answer = await AskAsync(new JsonObject
        {
            ["operation"] = "fill",
            ["schema"] = published["schema"]!.DeepClone(),
            ["ui"] = published["ui"]!.DeepClone(),
            ["steps"] = new JsonArray([.. values.Select(one => (JsonNode)new JsonArray(one.Key, FilledForm.Entered(form, one.Key, one.Value!)))]),
        });
        return new FilledForm(
            answer["shown"].Deserialize<string[][]>()!, answer["sent"]?.DeepClone() as JsonObject, answer["errors"].Deserialize<string[]>()!);
    }

    private async Task<JsonNode> AskAsync(JsonObject question)
    {
        await _turn.WaitAsync();
        try
        {
            await Running.StandardInput.WriteLineAsync(question.ToJsonString());
            await Running.StandardInput.FlushAsync();
            var line = await Running.StandardOutput.ReadLineAsync().WaitAsync(Patience)
                ?? throw new InvalidOperationException($"Node ended: {_complaints}");
            var answer = JsonNode.Parse(line)!;
            Assert.Null((string?)answer["error"]);
            Assert.Equal("[]", answer["complaints"]!.ToJsonString());
            return answer["result"]!;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ReadComplaintsAsync(StreamReader errors)
    {
        while (await errors.ReadLineAsync() is { } line)
        {
            _complaints.AppendLine(line);
        }
    }
}
