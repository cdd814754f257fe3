using Pao.Api.OpenApi;

namespace Pao.Api.Authoring;

/// <summary>What the description of the API shows.</summary>
internal static class AuthoringExamples
{
    private const string Yaml = """
        kind: CatalogItem
        metadata:
          id: compute-page-standard
          name: Page
          description: A page of one's own on the company's network, ready within a minute.
          version: 1.0.0
          category: compute
          owner: { team: web, contact: web@example.com }
        presentation:
          form:
            groups:
              - { id: page, name: Page, fields: [ { id: title, name: Title, type: string, required: true } ] }
        fulfillment:
          strategy: { mode: manual }
          manual:
            actions:
              - { type: jira-ticket, config: { ticket: { project: WEB, summaryTemplate: "Page {{ fields.title }}" } } }
        """;

    public static ExampleMetadata Document { get; } = ExampleMetadata.OfRequest("""
        {
          "kind": "CatalogItem",
          "metadata": {
            "id": "compute-page-standard", "name": "Page", "version": "1.0.0", "category": "compute",
            "description": "A page of one's own on the company's network, ready within a minute.",
            "owner": { "team": "web", "contact": "web@example.com" }
          },
          "presentation": { "form": { "groups": [
            { "id": "page", "name": "Page", "fields": [ { "id": "title", "name": "Title", "type": "string", "required": true } ] }
          ] } },
          "fulfillment": {
            "strategy": { "mode": "manual" },
            "manual": { "actions": [
              { "type": "jira-ticket", "config": { "ticket": { "project": "WEB", "summaryTemplate": "Page {{ fields.title }}" } } }
            ] }
          }
        }
        """);

    public static ExampleMetadata DocumentAsYaml { get; } = ExampleMetadata.OfRequest(Yaml, DocumentBody.YamlTypes[0]);

    public static ExampleMetadata DocumentAnswer { get; } = ExampleMetadata.OfAnswer(StatusCodes.Status200OK, """
        {
          "valid": false,
          "errors": [
            {
              "rule": "template.unknown-variable", "message": "There is no 'fields.titel'.", "file": "compute/page.yaml",
              "line": 17, "column": 97, "pointer": "/fulfillment/manual/actions/0/config/ticket/summaryTemplate", "suggestion": "did you mean 'title'?"
            }
          ],
          "warnings": []
        }
        """);

    public static ExampleMetadata Request { get; } =
        ExampleMetadata.OfRequest("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": ""}}""");

    public static ExampleMetadata RequestAnswer { get; } = ExampleMetadata.OfAnswer(StatusCodes.Status200OK, """
        {
          "valid": false,
          "errors": [
            { "rule": "request.field", "message": "'name' must have at least 1 characters.", "line": 1, "column": 66, "pointer": "/fields/name" }
          ],
          "warnings": []
        }
        """);

    public static ExampleMetadata Preview { get; } =
        ExampleMetadata.OfRequest("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": "Ada"}}""");

    public static ExampleMetadata PreviewAnswer { get; } = ExampleMetadata.OfAnswer(StatusCodes.Status200OK, """
        {
          "valid": true,
          "errors": [],
          "warnings": [],
          "schema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
            "properties": { "name": { "type": "string", "title": "Name", "minLength": 1, "maxLength": 100 } },
            "required": ["name"], "unevaluatedProperties": false
          },
          "ui": { "ui:order": ["name"], "name": { "ui:placeholder": "Ada" } },
          "fields": [
            {
              "id": "name", "name": "Name", "type": "string", "group": "greeting", "required": true, "missing": false, "defaulted": false,
              "value": "Ada"
            }
          ],
          "field_errors": {}
        }
        """);

    public static ExampleMetadata Variables { get; } =
        ExampleMetadata.OfRequest("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": "Ada"}}""");

    public static ExampleMetadata VariablesAnswer { get; } = ExampleMetadata.OfAnswer(StatusCodes.Status200OK, """
        {
          "valid": true,
          "errors": [],
          "warnings": [],
          "fields": [ { "id": "name", "value": "Ada", "source": "given" } ],
          "field_errors": {},
          "templates": [
            {
              "mode": "automatic", "action": "greet", "path": "config.endpoint.url",
              "pointer": "/fulfillment/automatic/actions/0/config/endpoint/url", "line": 0, "column": 0,
              "template": "{{ env.SANDBOX_URL }}/greetings",
              "value": "https://sandbox-url.example.com/greetings",
              "scopes": [ { "name": "env.SANDBOX_URL", "value": "https://sandbox-url.example.com", "source": "sample" } ]
            }
          ]
        }
        """);
}
