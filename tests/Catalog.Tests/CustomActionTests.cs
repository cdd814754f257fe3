using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Pao.Catalog.Tests;

public sealed class CustomActionTests
{
    [Fact]
    public void The_input_keeps_its_structure_and_the_types_of_what_it_names()
    {
        var item = Valid(Document("""
            config: { activity: MakeQueue, version: "2", input: { name: "q-{{ fields.name }}", size: "{{ fields.size }}", tags: [a, "{{ request.id }}"] } }
            """));

        var prepared = new ActionTemplates(Options.Create(TestCatalog.Options("catalog"))).Prepare(
            item.Actions[0],
            new TemplateScopes
            {
                Fields = new JsonObject { ["name"] = "a\"b", ["size"] = 3 },
                Metadata = item.Metadata,
                Request = new JsonObject { ["id"] = "7" },
                Outputs = [],
                Now = TestCatalog.Now,
            });

        var expected = JsonNode.Parse("""
            {"activity": "MakeQueue", "version": "2", "input": {"name": "q-a\"b", "size": 3, "tags": ["a", "7"]}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, prepared.Config), prepared.Config.ToJsonString());
    }

    [Fact]
    public void Later_actions_may_use_the_result_and_the_outputs_that_are_read_from_it() =>
        Valid(Document("""
            config: { activity: MakeQueue }
            outputs: { url: links.self }
            """, "{ a: '{{ output.make.url }}', b: '{{ output.make.result.name }}' }"));

    [Theory]
    [InlineData("config: { input: {} }", "schema.required")]
    [InlineData("config: { activity: '' }", "schema.value")]
    [InlineData("config: { activity: executeaction }", "custom.reserved")]
    [InlineData("config: { activity: 'Make{{ fields.name }}' }", "template.not-here")]
    [InlineData("config: { activity: MakeQueue, input: { token: '{{ secrets.broker }}' } }", "secret.place")]
    [InlineData("config: { activity: MakeQueue, input: [ 'Bearer {{ secrets.broker }}' ] }", "secret.place")]
    [InlineData("config: { activity: MakeQueue, inputs: {} }", "schema.unknown-key")]
    [InlineData("config: { activity: MakeQueue }\ntimeout: 31d", "action.timeout")]
    [InlineData("config: { activity: MakeQueue }\ntimeout: 10ms", "action.timeout")]
    [InlineData("config: { activity: MakeQueue }\noutputs: [url]", "schema.type")]
    public void What_a_worker_can_not_be_asked_is_found_at_load(string action, string rule)
    {
        var document = TestCatalog.Read(Document(action));

        Assert.Null(document.Item);
        Assert.Equal(rule, Assert.Single(document.Findings, finding => finding.Severity is Severity.Error).Rule);
    }

    private static CatalogItem Valid(string yaml)
    {
        var document = TestCatalog.Read(yaml);
        Assert.Empty(document.Findings);
        Assert.Null(document.Item!.Unavailable);
        return document.Item;
    }

    private static string Document(string action, string body = "{}") => $$$"""
        kind: CatalogItem
        metadata:
          id: starter-queue-standard
          name: Queue
          description: A description that is long enough for everybody to know what they get.
          version: 1.0.0
          category: starter
          owner: { team: platform, contact: platform@example.com }
        presentation:
          form:
            groups:
              - id: main
                name: Main
                fields:
                  - { id: name, name: Name, type: string, required: true }
                  - { id: size, name: Size, type: number, default: 3 }
        fulfillment:
          strategy: { mode: automatic }
          manual:
            actions:
              - type: jira-ticket
                config: { ticket: { project: PLAT, summaryTemplate: "{{ fields.name }}" } }
          automatic:
            actions:
              - id: make
                type: custom
                {{{action.ReplaceLineEndings("\n        ")}}}
              - id: tell
                type: webhook
                config:
                  endpoint: { url: "https://example.com/hook" }
                  body: { template: {{{body}}} }
        """;
}
