using System.Text.Json.Nodes;
using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests.Samples;

/// <summary>The samples are right, and show all that the format has.</summary>
public sealed class SampleCatalogTests(SampleCatalog samples) : IClassFixture<SampleCatalog>
{
    /// <summary>Keys that no sample has: a second JIRA would have to be configured before anybody could try it.</summary>
    private static readonly string[] NotShown = ["instance"];

    private CatalogSnapshot Snapshot => samples.Snapshot;

    [Fact]
    public void There_are_many_of_them_in_many_categories()
    {
        Assert.Equal(20, Snapshot.Items.Count);
        Assert.Equal(4, Snapshot.Bundles.Count);
        Assert.Equal(24, SampleCatalog.Files.Count);
        Assert.Equal(
            ["compute", "databases", "developer-tools", "messaging", "networking", "observability", "security", "starter", "storage"],
            Snapshot.Items.Values.Select(item => item.Category).Distinct().Order());
    }

    [Fact]
    public void Nothing_is_found_in_them_and_each_can_be_requested()
    {
        Assert.Empty(Snapshot.Findings);
        Assert.All(Snapshot.Items.Values, item => Assert.Null(item.Unavailable));
        Assert.All(Snapshot.Bundles.Values, bundle => Assert.Null(bundle.Unavailable));
    }

    [Fact]
    public void Every_sample_says_what_one_gets() =>
        Assert.All(samples.Entries, entry => Assert.InRange(entry.Description.Length, 50, 500));

    [Fact]
    public void Every_sample_names_its_schema_and_begins_with_what_it_teaches() => Assert.All(SampleCatalog.Files, file =>
    {
        var lines = SampleCatalog.Text(file).Split('\n');
        var top = lines.TakeWhile(line => line.StartsWith('#')).ToList();
        var schema = top[0]["# yaml-language-server: $schema=".Length..];

        Assert.StartsWith("# yaml-language-server: $schema=", top[0], StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(TestCatalog.SampleFolder, Path.GetDirectoryName(file)!, schema)), schema);
        Assert.InRange(top.Skip(1).Sum(line => line.Length), 60, 600);
        Assert.InRange(lines.Skip(top.Count).Count(line => line.TrimStart().StartsWith('#') || line.Contains("   # ", StringComparison.Ordinal)), 2, int.MaxValue);
    });

    [Fact]
    public void Every_sample_is_in_the_table_of_the_docs()
    {
        var docs = File.ReadAllText(Path.Combine(TestCatalog.SampleFolder, "..", "docs", "catalog.md"));

        Assert.All(SampleCatalog.Files, file => Assert.Contains($"](../catalog/{file}) |", docs, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_type_of_field_and_every_condition_is_shown()
    {
        var fields = samples.Entries.SelectMany(entry => entry.Form.Fields).ToList();

        Assert.Equal(Enum.GetValues<FieldType>(), fields.Select(field => field.Type).Distinct().Order());
        Assert.Equal(Enum.GetValues<ConditionOperator>(), fields.Select(field => field.Condition?.Operator).OfType<ConditionOperator>().Distinct().Order());
        Assert.Contains(fields, field => field.Condition is { Operator: ConditionOperator.Exists } asked && Values.Flag(asked.Value) is false);
        Assert.Contains(fields, field => field.Options?.Any(option => option.Label != option.Value) is true);
    }

    [Fact]
    public void Every_type_of_action_and_of_authentication_is_shown()
    {
        var actions = Snapshot.Items.Values.SelectMany(item => item.AutomaticActions.Concat(item.ManualActions)).ToList();

        Assert.Equal(ActionTypes.All.Order(), actions.Select(action => action.Type).Distinct().Order());
        Assert.Equal(
            ["api-key", "basic", "bearer", "oauth2-client-credentials"],
            actions.Select(action => Values.Text(action.Config["authentication"]?["type"])).OfType<string>().Distinct().Order());
        Assert.Equal(["exponential", "linear"], actions.Select(action => $"{action.Retry?.Backoff}".ToLowerInvariant()).Where(kind => kind != "").Distinct().Order());
        Assert.Equal([OrchestrationMode.Sequential, OrchestrationMode.Parallel], Snapshot.Bundles.Values.Select(bundle => bundle.Mode).Distinct().Order());
    }

    [Fact]
    public void Every_item_falls_back_to_a_ticket() =>
        Assert.All(Snapshot.Items.Values, item => Assert.Equal(ActionTypes.JiraTicket, Assert.Single(item.ManualActions).Type));

    [Fact]
    public void Every_function_every_scope_and_every_tag_is_shown()
    {
        var uses = new TemplateUses();
        SampleCatalog.Files.ToList().ForEach(file => uses.Add(SampleCatalog.Tree(file)));

        Assert.Empty(Functions.Signatures.Keys.Except(uses.Functions));
        Assert.Empty(((string[])[.. Scopes.All, Scopes.Components, Scopes.Item, Scopes.Bundle]).Except(uses.Scopes));
        Assert.Empty(new[] { nameof(If), nameof(Loop), nameof(Assignment) }.Except(uses.Tags));
        Assert.Contains(SampleCatalog.Files, file => SampleCatalog.Text(file).Contains(" | ", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_key_of_the_format_is_shown()
    {
        var known = Directory.EnumerateFiles(Schemas.SchemaJudge.Schemas, "*.json").SelectMany(file => Properties(JsonNode.Parse(File.ReadAllText(file))));
        var shown = SampleCatalog.Files.SelectMany(file => Keys(SampleCatalog.Tree(file)));

        Assert.Empty(known.Except(shown).Except(NotShown).Order());
    }

    [Fact]
    public void The_deprecated_one_names_another_and_can_be_requested()
    {
        var old = Assert.Single(Snapshot.Items.Values, item => item.Lifecycle is { Deprecated: true });

        Assert.Contains(old.Lifecycle!.ReplacedBy!, Snapshot.Items.Keys);
        Assert.Null(old.WhyNotRequestable(DateOnly.FromDateTime(TestCatalog.Now.UtcDateTime)));
    }

    private static IEnumerable<string> Properties(JsonNode? node) => node switch
    {
        JsonObject schema => schema.SelectMany(one => one is { Key: "properties", Value: JsonObject properties }
            ? properties.SelectMany(property => Properties(property.Value).Prepend(property.Key))
            : Properties(one.Value)),
        JsonArray list => list.SelectMany(Properties),
        _ => [],
    };

    private static IEnumerable<string> Keys(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(entry => Keys(entry.Value).Prepend(entry.Key)),
        YamlSequence sequence => sequence.Items.SelectMany(Keys),
        _ => [],
    };
}
