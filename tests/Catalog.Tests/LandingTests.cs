using Pao.Catalog.Templates;

namespace Pao.Catalog.Tests;

/// <summary>Where each key of each type of action lands, and what a document may put there.</summary>
public sealed class LandingTests
{
    [Theory]
    [InlineData("jira-ticket", "instance", "Word")]
    [InlineData("jira-ticket", "ticket.project", "Word")]
    [InlineData("jira-ticket", "ticket.issueType", "Line")]
    [InlineData("jira-ticket", "ticket.summaryTemplate", "JiraSummary")]
    [InlineData("jira-ticket", "ticket.descriptionTemplate", "JiraMarkup")]
    [InlineData("jira-ticket", "ticket.priority", "Line")]
    [InlineData("jira-ticket", "ticket.labels.0", "JiraLabel")]
    [InlineData("jira-ticket", "ticket.components.0", "Line")]
    [InlineData("jira-ticket", "ticket.epicKey", "Word")]
    [InlineData("jira-ticket", "ticket.customFields.cf.0", "Typed")]
    [InlineData("jira-ticket", "waitForResolution", "Fixed")]
    [InlineData("jira-ticket", "statusMapping.Done", "Fixed")]
    [InlineData("rest-api", "endpoint.url", "Url")]
    [InlineData("rest-api", "endpoint.method", "Fixed")]
    [InlineData("rest-api", "headers.X-A", "Header")]
    [InlineData("rest-api", "query.a", "Value")]
    [InlineData("rest-api", "authentication.type", "Fixed")]
    [InlineData("rest-api", "authentication.in", "Fixed")]
    [InlineData("rest-api", "authentication.token", "Header")]
    [InlineData("rest-api", "authentication.tokenUrl", "Url")]
    [InlineData("rest-api", "body.type", "Fixed")]
    [InlineData("rest-api", "body.contentTemplate", "Json")]
    [InlineData("rest-api", "body.contentTemplate.a.0", "Typed")]
    [InlineData("rest-api", "expect.jmespath", "Fixed")]
    [InlineData("rest-api", "poll.url", "Url")]
    [InlineData("rest-api", "poll.until", "Fixed")]
    [InlineData("rest-api", "probe.url", "Url")]
    [InlineData("rest-api", "probe.expect.jmespath", "Fixed")]
    [InlineData("rest-api", "idempotencyKey", "Fixed")]
    [InlineData("terraform", "contentTemplate", "Hcl")]
    [InlineData("terraform", "filename", "Path")]
    [InlineData("terraform", "repositoryMapping", "Word")]
    [InlineData("terraform", "variables.a", "Typed")]
    [InlineData("terraform", "waitForApply", "Fixed")]
    [InlineData("github-workflow", "repository.owner", "Word")]
    [InlineData("github-workflow", "repository.name", "Word")]
    [InlineData("github-workflow", "workflow.id", "Word")]
    [InlineData("github-workflow", "ref", "Line")]
    [InlineData("github-workflow", "inputs.a", "Value")]
    [InlineData("github-workflow", "waitForCompletion", "Fixed")]
    [InlineData("webhook", "endpoint.url", "Url")]
    [InlineData("webhook", "headers.X-A", "Header")]
    [InlineData("webhook", "body.template", "Json")]
    [InlineData("webhook", "body.template.a", "Typed")]
    [InlineData("webhook", "signing.secret", "Text")]
    [InlineData("webhook", "signing.header", "Fixed")]
    [InlineData("custom", "activity", "Fixed")]
    [InlineData("custom", "input.a", "Typed")]
    public void Every_key_has_its_landing(string type, string path, string landing) =>
        Assert.Equal(landing, Landings.Of(type, path.Split('.'), "json").ToString());

    [Theory]
    [InlineData("{ type: terraform, config: { contentTemplate: 'a = \"{{ secrets.x }}\"', filename: a.tf, repositoryMapping: main } }", "secret.place")]
    [InlineData("{ type: jira-ticket, config: { ticket: { project: OPS, summaryTemplate: 'a {{ secrets.x }}' } } }", "secret.place")]
    [InlineData("{ type: jira-ticket, config: { ticket: { project: OPS, summaryTemplate: a, descriptionTemplate: '{{ secrets.x }}' } } }", "secret.place")]
    [InlineData("{ type: jira-ticket, config: { ticket: { project: OPS, summaryTemplate: a }, waitForResolution: '{{ fields.x }}' } }", "schema.type")]
    [InlineData("{ type: github-workflow, config: { repository: { owner: a, name: '{{ secrets.x }}' }, workflow: { id: a.yml } } }", "secret.place")]
    public void A_document_that_puts_a_value_where_none_can_be_is_wrong(string action, string rule)
    {
        var finding = Assert.Single(TestCatalog.Read(TestCatalog.WithAction(action)).Findings, finding => finding.Severity is Severity.Error);

        Assert.Equal((rule, 10), (finding.Rule, finding.Line));
    }

    /// <summary>Workflows take texts only.</summary>
    [Fact]
    public void Inputs_of_a_workflow_are_texts()
    {
        var inputs = new System.Text.Json.Nodes.JsonObject { ["n"] = 5, ["flag"] = true, ["x"] = "{{ fields.n }}" };

        Assert.Equal(
            """{"inputs":{"n":"5","flag":"true","x":"7"}}""",
            Prepare.Render(ActionTypes.GitHubWorkflow, new() { ["inputs"] = inputs }, Prepare.Fields(("n", 7))).ToJsonString());
    }
}
