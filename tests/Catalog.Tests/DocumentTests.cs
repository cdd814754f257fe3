namespace Pao.Catalog.Tests;

public sealed class DocumentTests
{
    /// <summary>Each case replaces one text of this document, which is valid as it stands.</summary>
    private const string Valid = """
        kind: CatalogItem
        metadata:
          id: starter-hello-standard
          name: Hello
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
                  - { id: size, name: Size, type: select, enum: [small, large], default: small }
                  - { id: note, name: Note, type: textarea }
        fulfillment:
          strategy: { mode: automatic }
          manual:
            actions:
              - type: jira-ticket
                config: { ticket: { project: PLAT, summaryTemplate: "{{ fields.name }}" } }
          automatic:
            actions:
              - id: create
                type: rest-api
                config:
                  endpoint: { url: "https://api.example.com/{{ fields.name }}", method: POST }
                outputs: { key: id }
              - id: tell
                type: webhook
                config:
                  endpoint: { url: "https://example.com/hook" }
                  body: { template: { id: "{{ output.create.key }}" } }
        """;

    [Fact]
    public void The_document_of_these_tests_is_valid()
    {
        var document = TestCatalog.Read(Valid);

        Assert.Empty(document.Findings);
        var item = document.Item!;
        Assert.Equal("starter-hello-standard", item.Id);
        Assert.Equal(FulfillmentMode.Automatic, item.Mode);
        Assert.Equal(["create", "tell"], item.Actions.Select(action => action.Id));
        Assert.Equal(["create"], item.Actions[1].DependsOn);
        Assert.Null(item.Unavailable);
        Assert.Equal(64, item.Digest.Length);
    }

    [Theory]
    [InlineData("kind: CatalogItem", "kind: catalogItem", "kind.unknown", 1, 7, "did you mean 'CatalogItem'?")]
    [InlineData("kind: CatalogItem", "kinds: CatalogItem", "schema.required", 1, 1, "write 'kind' in place of 'kinds'")]
    [InlineData("  name: Hello\n", "", "schema.required", 3, 3, null)]
    [InlineData("  name: Hello", "  nmae: Hello\n  name: Hello", "metadata.similar-key", 4, 3, "did you mean 'name'?")]
    [InlineData("  name: Hello", "  name: Hello\n  My-Key: x", "key.camel-case", 5, 3, null)]
    [InlineData("  name: Hello", "  name: Hello\n  stuff: { a: 1 }", "schema.type", 5, 10, null)]
    [InlineData("name: Hello", "name: 12", "schema.type", 4, 9, "write \"12\" in quotes")]
    [InlineData("version: 1.0.0", "version: 1.0", "schema.type", 6, 12, "write \"1.0\" in quotes")]
    [InlineData("version: 1.0.0", "version: v1.0.0", "version.semver", 6, 12, "write for example 1.0.0")]
    [InlineData("id: starter-hello-standard", "id: Starter_Hello", "id.kebab-case", 3, 7, null)]
    [InlineData("id: starter-hello-standard", "id: hello", "id.pattern", 3, 7, null)]
    [InlineData("platform@example.com", "platform", "owner.contact", 8, 37, null)]
    [InlineData("description: A description that is long enough for everybody to know what they get.", "description: Short.", "description.short", 5, 16, null)]
    [InlineData("category: starter", "category: networking", "file.category", 7, 13, null)]
    [InlineData("presentation:", "lifecycle: { deprecated: yes }\npresentation:", "schema.type", 9, 26, "write true")]
    [InlineData("presentation:", "access: { team: [a] }\npresentation:", "schema.unknown-key", 9, 11, "did you mean 'teams'?")]
    [InlineData("presentation:", "lifecycle: { sunsetDate: 2026-13-01 }\npresentation:", "schema.value", 9, 26, null)]
    [InlineData("name: Name, type: string, required: true", "name: Name, type: strnig, required: true", "schema.value", 15, 43, "did you mean 'string'?")]
    [InlineData("required: true }", "requierd: true }", "schema.unknown-key", 15, 51, "did you mean 'required'?")]
    [InlineData("id: size,", "id: name,", "id.duplicate", 16, 19, null)]
    [InlineData("type: select, enum: [small, large], default: small", "type: select", "schema.required", 16, 13, null)]
    [InlineData("default: small", "default: smal", "field.default", 16, 82, null)]
    [InlineData("type: textarea }", "type: textarea, validation: { pattern: '[a-' } }", "field.pattern", 17, 76, null)]
    [InlineData("type: textarea }", "type: textarea, validation: { min: 3 } }", "schema.unknown-key", 17, 67, "known here: maxLength, message, minLength, pattern")]
    [InlineData("type: textarea }", "type: textarea, validation: { minLength: 5, maxLength: 2 } }", "field.limits", 17, 65, null)]
    [InlineData("type: textarea }", "type: textarea, conditional: { dependsOn: sise, condition: exists } }", "field.depends-on", 17, 66, "did you mean 'size'?")]
    [InlineData("type: textarea }", "type: textarea, conditional: { dependsOn: note, condition: exists } }", "field.depends-on", 17, 66, null)]
    [InlineData("type: textarea }", "type: textarea, conditional: { dependsOn: size, condition: greaterThan, value: 3 } }", "field.conditional", 17, 66, null)]
    [InlineData("type: textarea }", "type: textarea, conditional: { dependsOn: size, condition: equals, value: medium } }", "field.conditional", 17, 66, null)]
    [InlineData("mode: automatic", "mode: automated", "schema.value", 19, 21, "did you mean 'automatic'?")]
    [InlineData("project: PLAT", "project: plat", "jira.project", 23, 38, "write PLAT")]
    [InlineData("type: rest-api", "type: restapi", "schema.value", 27, 15, "did you mean 'rest-api'?")]
    [InlineData("method: POST", "method: SEND", "schema.value", 29, 81, null)]
    [InlineData("endpoint: { url: \"https://api.example.com/{{ fields.name }}\", method: POST }", "endpoint: { methd: POST, url: x, method: GET }", "schema.unknown-key", 29, 23, "did you mean 'method'?")]
    [InlineData("outputs: { key: id }", "outputs: [key]", "schema.type", 30, 18, null)]
    [InlineData("outputs: { key: id }", "outputs: { key: id }\n        retry: { attempts: 9 }", "schema.value", 31, 28, null)]
    [InlineData("outputs: { key: id }", "outputs: { key: id }\n        timeout: 30", "schema.type", 31, 18, "write for example 30s")]
    [InlineData("outputs: { key: id }", "outputs: { key: id }\n        timeout: 30 sec", "schema.value", 31, 18, null)]
    [InlineData("outputs: { key: id }", "outputs: { key: id }\n        dependsOn: [tell]", "action.depends-on", 31, 21, null)]
    [InlineData("id: tell", "id: create", "id.duplicate", 31, 13, null)]
    [InlineData("body: { template: {", "signing: { secret: hunter2 }\n          body: { template: {", "secret.literal", 35, 30, "name it: '{{ secrets.my-webhook }}'")]
    public void A_mistake_is_found_where_it_is(
        string text, string mistake, string rule, int line, int column, string? suggestion)
    {
        Assert.Contains(text, Valid, StringComparison.Ordinal);

        var document = TestCatalog.Read(Valid.Replace(text, mistake, StringComparison.Ordinal));

        var finding = document.Findings.FirstOrDefault(finding => finding.Rule == rule);
        Assert.True(finding is not null, $"No {rule} in: {string.Join("; ", document.Findings)}");
        Assert.Equal((line, column), (finding.Line, finding.Column));
        if (suggestion is not null)
        {
            Assert.Equal(suggestion, finding.Suggestion);
        }

        Assert.Equal(finding.Severity is Severity.Error, document.Item is null);
    }

    [Theory]
    [InlineData("{{ fields.nam }}", "template.unknown-variable", 39, "did you mean 'name'?")]
    [InlineData("{{ field.name }}", "template.unknown-variable", 39, "did you mean 'fields'?")]
    [InlineData("{{ fields.main.nmae }}", "template.unknown-variable", 39, "did you mean 'name'?")]
    [InlineData("{{ metadata.owner.tema }}", "template.unknown-variable", 39, "did you mean 'team'?")]
    [InlineData("{{ request.user.mail }}", "template.unknown-variable", 39, "did you mean 'email'?")]
    [InlineData("{{ system.tmie }}", "template.unknown-variable", 39, "did you mean 'time'?")]
    [InlineData("{{ output.tell.status }}", "template.unknown-variable", 39, null)]
    [InlineData("{{ output.create.kye }}", "template.unknown-variable", 39, "did you mean 'key'?")]
    [InlineData("{{ components.db.outputs.url }}", "template.unknown-variable", 39, "'components' exists in bundles only")]
    [InlineData("{{ upper(secrets.x) }}", "template.unknown-variable", 45, "a secret stands alone: {{ secrets.name }}, with no function or filter")]
    [InlineData("{{ default(fields.nope, 'a') }}", "template.unknown-variable", 47, null)]
    [InlineData("{{ uper(fields.name) }}", "template.unknown-function", 39, "did you mean 'upper'?")]
    [InlineData("{{ fields.name | uper }}", "template.unknown-function", 53, "did you mean 'upper'?")]
    [InlineData("{{ replace(fields.name) }}", "template.unknown-function", 39, null)]
    [InlineData("{{ fields.note }}", "template.may-be-missing", 39, "write default(fields.note, …)")]
    [InlineData("{{ fields.name", "template.syntax", 36, null)]
    [InlineData("{% if fields.name %}", "template.syntax", 36, null)]
    [InlineData("{% includ 'x' %}", "template.syntax", 36, null)]
    [InlineData("{% include 'x' %}", "template.syntax", 36, null)]
    [InlineData("{{ env.HOME }}", "template.environment", 39, null)]
    public void A_template_is_checked_when_the_document_is_read(string template, string rule, int column, string? suggestion)
    {
        var document = TestCatalog.Read(Valid.Replace("{{ output.create.key }}", template, StringComparison.Ordinal));

        var finding = Assert.Single(document.Findings);
        Assert.Equal((rule, 35, column), (finding.Rule, finding.Line, finding.Column));
        Assert.Equal("/fulfillment/automatic/actions/1/config/body/template/id", finding.Pointer);
        if (suggestion is not null)
        {
            Assert.Equal(suggestion, finding.Suggestion);
        }
    }

    [Theory]
    [InlineData("{{ fields.name }}{{ fields.main.name }}{{ metadata.owner.team }}{{ request.user.id }}{{ default(request.team, request.user.teams[0]) }}")]
    [InlineData("{{ default(fields.note, '') }}{{ coalesce(fields.note, fields.name) }}")]
    [InlineData("{% for part in split(fields.name, '-') %}{{ part | upper }}{% if forloop.last == false %},{% endif %}{% endfor %}")]
    [InlineData("{% assign short = slug(fields.name) %}{{ short }}")]
    [InlineData("{{ output.create.body.anything.at[0].all }}{{ output.create.status }}")]
    [InlineData("{{ secrets.api-token }}{{ secrets.vault.kv/data/app#password }}")]
    public void What_is_there_can_be_named(string template) =>
        Assert.Empty(TestCatalog.Read(Valid.Replace("{{ output.create.key }}", template, StringComparison.Ordinal)).Findings);

    [Fact]
    public void A_condition_is_checked_too()
    {
        var document = TestCatalog.Read(Valid.Replace("id: tell", "id: tell\n        condition: fields.sise == 'large'", StringComparison.Ordinal));

        var finding = Assert.Single(document.Findings);
        Assert.Equal(("template.unknown-variable", 32, 20), (finding.Rule, finding.Line, finding.Column));
    }

    [Theory]
    [InlineData("method: POST", "method: [POST]")]
    [InlineData("id: main", "id: { a: 1 }")]
    [InlineData("version: 1.0.0", "version: [1]")]
    [InlineData("mode: automatic", "mode: []")]
    public void A_mistake_is_told_once(string text, string mistake)
    {
        var document = TestCatalog.Read(Valid.Replace(text, mistake, StringComparison.Ordinal));

        Assert.Equal("schema.type", Assert.Single(document.Findings).Rule);
    }

    [Fact]
    public void Five_mistakes_are_five_findings()
    {
        var document = TestCatalog.Read(Valid
            .Replace("version: 1.0.0", "version: one", StringComparison.Ordinal)
            .Replace("contact: platform@example.com", "contact: nobody", StringComparison.Ordinal)
            .Replace("type: textarea", "type: textaera", StringComparison.Ordinal)
            .Replace("method: POST", "method: PSOT", StringComparison.Ordinal)
            .Replace("output.create.key", "output.create.ky", StringComparison.Ordinal));

        Assert.Equal(
            ["version.semver", "owner.contact", "schema.value", "schema.value", "template.unknown-variable"],
            document.Findings.OrderBy(finding => finding.Line).Select(finding => finding.Rule));
        Assert.Null(document.Item);
    }

    [Theory]
    [InlineData("mode: manual", null, true)]
    [InlineData("mode: manual", "false", false)]
    public void A_ticket_is_waited_for_where_it_is_the_fulfilment_by_hand(string mode, string? said, bool waits)
    {
        var config = said is null ? "config: { ticket" : $"config: {{ waitForResolution: {said}, ticket";
        var item = TestCatalog.Read(Valid
            .Replace("mode: automatic", mode, StringComparison.Ordinal)
            .Replace("config: { ticket", config, StringComparison.Ordinal)).Item!;

        Assert.Null(item.Unavailable);
        Assert.Equal(waits, (bool?)item.Actions[0].Config["waitForResolution"]);
    }

    [Theory]
    [InlineData("", "false")]
    [InlineData("waitForResolution: true, ", "true")]
    public void A_ticket_among_automatic_actions_is_waited_for_only_when_it_says_so(string said, string waits)
    {
        var document = TestCatalog.Read(Valid.Replace(
            "      - id: tell\n", $"      - {{ type: jira-ticket, config: {{ {said}ticket: {{ project: PLAT, summaryTemplate: a }} }} }}\n      - id: tell\n", StringComparison.Ordinal));

        Assert.Equal(waits, document.Item!.Actions[1].Config["waitForResolution"]!.ToJsonString());
    }

    [Fact]
    public void An_environment_variable_that_is_not_allowed_makes_the_item_unavailable()
    {
        var yaml = Valid.Replace("https://example.com/hook", "{{ env.HOME }}/hook", StringComparison.Ordinal);

        Assert.Contains("HOME", TestCatalog.Read(yaml).Item!.Unavailable, StringComparison.Ordinal);
        Assert.Null(TestCatalog.Read(yaml, "starter/hello.yaml", "HOME").Item!.Unavailable);
    }
}
