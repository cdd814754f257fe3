using System.Text.Json.Nodes;
using Pao.Catalog.Tests.Hostile;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace Pao.Catalog.Tests.Samples;

/// <summary>Every template of every sample renders, for submissions that make all of them come up.</summary>
public sealed class SampleTemplatesTests(SampleCatalog samples) : IClassFixture<SampleCatalog>
{
    private readonly ActionTemplates _templates = new(MsOptions.Create(SampleCatalog.Options));

    [Fact]
    public void For_every_entry_there_are_submissions_that_its_form_takes()
    {
        Assert.Equal(samples.Entries.Select(entry => entry.Id).Order(), SampleCatalog.Values.Keys.Order());
        Assert.All(samples.Entries, entry => Assert.All(SampleCatalog.Values[entry.Id], values => Assert.Empty(entry.Form.Validate(values).Errors)));
    }

    [Fact]
    public void They_make_every_field_with_a_condition_come_and_go() => Assert.All(samples.Entries, entry =>
    {
        var applicable = SampleCatalog.Values[entry.Id].Select(values => entry.Form.Validate(values).Applicable).ToList();

        Assert.All(entry.Form.Fields, field => Assert.True(applicable.Any(fields => fields.Contains(field)), $"{entry.Id}: {field.Id} never applies."));
        Assert.All(
            entry.Form.Fields.Where(field => field.Condition is not null),
            field => Assert.True(applicable.Any(fields => !fields.Contains(field)), $"{entry.Id}: {field.Id} always applies."));
    });

    [Fact]
    public async Task Every_action_of_every_item_renders_into_what_its_system_takes()
    {
        var rendered = samples.Snapshot.Items.Values
            .SelectMany(item => SampleCatalog.Values[item.Id].SelectMany(values => Rendered(item, item.Form.Validate(values).Values)))
            .ToList();

        await AssertRightAsync(rendered);
    }

    [Fact]
    public void Every_condition_of_an_action_holds_once_and_once_not() => Assert.All(
        samples.Snapshot.Items.Values.SelectMany(item => item.Actions.Where(action => action.Condition is not null).Select(action => (item, action))),
        pair => Assert.Equal(2, SampleCatalog.Values[pair.item.Id].Select(values => _templates.Prepare(
            pair.action, WithOutputs(pair.item, pair.item.Form.Validate(values).Values)).Skipped).Distinct().Count()));

    [Fact]
    public async Task Every_component_of_every_bundle_renders_into_what_its_item_takes()
    {
        var templates = new ComponentTemplates(MsOptions.Create(SampleCatalog.Options), new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TestCatalog.Now));
        var rendered = new List<Rendering>();
        var made = new HashSet<(string Component, bool Skipped)>();
        foreach (var (bundle, values) in samples.Snapshot.Bundles.Values.SelectMany(bundle => SampleCatalog.Values[bundle.Id].Select(values => (bundle, values))))
        {
            var outputs = new JsonObject();
            foreach (var component in bundle.Components.OrderBy(component => component.DependsOn.Count))
            {
                var prepared = templates.Prepare(ComponentDefinition.From(component), SampleCatalog.ScopesOf(bundle, bundle.Form.Validate(values).Values) with
                {
                    Bundle = bundle.Metadata,
                    Item = component.Item.Metadata,
                    Components = outputs.DeepClone().AsObject(),
                });
                made.Add(($"{bundle.Id}/{component.Id}", prepared.Skipped));
                Assert.True(prepared.Errors.Count == 0, $"{bundle.Id}/{component.Id}: {string.Join("; ", prepared.Errors.Select(error => $"{error.Key} {error.Value[0]}"))}");
                if (!prepared.Skipped)
                {
                    outputs[component.Id] = new JsonObject { ["outputs"] = Handed(component) };
                    rendered.AddRange(Rendered(component.Item, prepared.Fields));
                }
            }
        }

        var conditional = samples.Snapshot.Bundles.Values.SelectMany(bundle => bundle.Components.Where(one => one.Condition is not null).Select(one => $"{bundle.Id}/{one.Id}"));
        Assert.All(conditional, id => Assert.Equal(2, made.Count(one => one.Component == id)));
        await AssertRightAsync(rendered);
    }

    /// <summary>Where two actions have one output, the later one counts.</summary>
    private static JsonObject Handed(BundleComponent component)
    {
        var handed = new JsonObject();
        foreach (var (name, value) in component.Item.Actions.SelectMany(SampleCatalog.OutputsOf))
        {
            if (component.Outputs?.Contains(name) ?? true)
            {
                handed[name] = value?.DeepClone();
            }
        }

        return handed;
    }

    private IEnumerable<Rendering> Rendered(CatalogItem item, JsonObject fields) =>
        Rendered(item, item.AutomaticActions, fields).Concat(Rendered(item, item.ManualActions, fields));

    private IEnumerable<Rendering> Rendered(CatalogItem item, IReadOnlyList<ActionDefinition> actions, JsonObject fields)
    {
        var outputs = new JsonObject();
        foreach (var action in actions)
        {
            var scopes = SampleCatalog.ScopesOf(item, fields) with { Outputs = outputs.DeepClone().AsObject() };
            if (action.Condition is null || !_templates.Prepare(action, scopes).Skipped)
            {
                yield return new Rendering(item.Id, action, _templates.Render(action.Type, action.Config, scopes));
                outputs[action.Id] = SampleCatalog.OutputsOf(action);
            }
        }
    }

    private static TemplateScopes WithOutputs(CatalogItem item, JsonObject fields) => SampleCatalog.ScopesOf(item, fields) with
    {
        Outputs = new JsonObject(item.Actions.Select(action => KeyValuePair.Create(action.Id, (JsonNode?)SampleCatalog.OutputsOf(action)))),
    };

    private static async Task AssertRightAsync(IReadOnlyList<Rendering> rendered)
    {
        Assert.All(rendered, one => one.AssertFits());
        await AssertParsedAsync(Parsers.HclAsync, rendered.Where(one => one.Action.Type is ActionTypes.Terraform), "contentTemplate");
        await AssertParsedAsync(Parsers.JiraAsync, rendered.Where(one => one.Action.Type is ActionTypes.JiraTicket), "ticket", "descriptionTemplate");
    }

    private static async Task AssertParsedAsync(
        Func<IReadOnlyList<string>, Task<IReadOnlyList<JsonNode>>> parse, IEnumerable<Rendering> rendered, params string[] path)
    {
        var texts = rendered.Select(one => Values.Text(path.Aggregate((JsonNode?)one.Config, (at, key) => at?[key]))).OfType<string>().ToList();
        Assert.NotEmpty(texts);
        Assert.All((await parse(texts)).Zip(texts), pair => Assert.True(pair.First["error"] is null, $"{pair.First["error"]}\n{pair.Second}"));
    }

    private sealed record Rendering(string Item, ActionDefinition Action, JsonObject Config)
    {
        public void AssertFits()
        {
            switch (Action.Type)
            {
                case ActionTypes.RestApi or ActionTypes.Webhook:
                    Assert.StartsWith(SampleCatalog.Sandbox + "/", Text("endpoint", "url"), StringComparison.Ordinal);
                    if ((Text("body", "contentTemplate") ?? Text("body", "template")) is { } body && Text("body", "type") is null or "json")
                    {
                        Assert.NotNull(JsonNode.Parse(body));
                    }

                    break;
                case ActionTypes.JiraTicket:
                    Assert.InRange(Text("ticket", "summaryTemplate")!.Length, 5, 255);
                    Assert.DoesNotContain('\n', Text("ticket", "summaryTemplate")!);
                    break;
                case ActionTypes.Terraform:
                    Assert.Matches("^[a-z]+/[a-z0-9-]+/main\\.tf\\z", Text("filename")!);
                    break;
                case ActionTypes.GitHubWorkflow:
                    Assert.Equal("provision-cluster.yml", Text("workflow", "id"));
                    Assert.All(Config["inputs"]!.AsObject(), input => Assert.NotNull(Values.Text(input.Value)));
                    break;
                default:
                    Assert.Equal(ActionTypes.Custom, Action.Type);
                    break;
            }
        }

        private string? Text(params string[] path) => Values.Text(path.Aggregate((JsonNode?)Config, (at, key) => at?[key]));
    }
}
