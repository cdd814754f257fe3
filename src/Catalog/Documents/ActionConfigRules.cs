using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>The keys that the <c>config</c> of each type of action has.</summary>
internal sealed class ActionConfigRules(FindingList findings)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

    public void Check(string type, MappingReader config)
    {
        switch (type)
        {
            case ActionTypes.RestApi:
                RestApi(config);
                break;
            case ActionTypes.Webhook:
                Webhook(config);
                break;
            case ActionTypes.JiraTicket:
                JiraTicket(config);
                break;
            case ActionTypes.Terraform:
                Terraform(config);
                break;
            case ActionTypes.GitHubWorkflow:
                GitHubWorkflow(config);
                break;
            case ActionTypes.Custom:
                config.RequiredText("activity");
                config.Text("version");
                config.Any("input");
                break;
            default:
                throw new InvalidOperationException($"No rules for '{type}'.");
        }

        config.Done();
    }

    private static void RestApi(MappingReader config)
    {
        Endpoint(config, methodRequired: true);
        config.Optional<YamlMapping>("headers");
        config.Optional<YamlMapping>("query");
        Authentication(config);
        if (config.Section("body", "'body'") is { } body)
        {
            body.Choice("type", ["json", "form", "text"]);
            if (body.Any("contentTemplate") is null)
            {
                body.Required<YamlScalar>("contentTemplate");
            }

            body.Done();
        }

        if (config.Section("expect", "'expect'") is { } expect)
        {
            expect.Optional<YamlSequence>("status");
            expect.Text("jmespath");
            expect.Done();
        }

        if (config.Section("poll", "'poll'") is { } poll)
        {
            poll.RequiredText("url");
            poll.RequiredText("until");
            poll.Text("failWhen");
            poll.Duration("interval");
            poll.Duration("timeout");
            poll.Done();
        }
    }

    private static void Endpoint(MappingReader config, bool methodRequired)
    {
        if (config.RequiredSection("endpoint", "'endpoint'") is not { } endpoint)
        {
            return;
        }

        endpoint.RequiredText("url");
        if (methodRequired)
        {
            endpoint.RequiredText("method");
        }

        endpoint.Choice("method", Methods);
        endpoint.Done();
    }

    private static void Authentication(MappingReader config)
    {
        if (config.Section("authentication", "'authentication'") is not { } section)
        {
            return;
        }

        section.RequiredText("type");
        var (required, optional) = section.Choice("type", ["bearer", "basic", "api-key", "oauth2-client-credentials"]) switch
        {
            "bearer" => (new[] { "token" }, Array.Empty<string>()),
            "basic" => (["username", "password"], []),
            "api-key" => (["value"], ["name", "header", "in"]),
            "oauth2-client-credentials" => (["tokenUrl", "clientId", "clientSecret"], ["scope", "audience"]),
            _ => ([], ["token", "username", "password", "value", "name", "header", "in"]),
        };
        Array.ForEach(required, key => section.RequiredText(key));
        Array.ForEach(optional, key => section.Text(key));
        section.Done();
    }

    private void Webhook(MappingReader config)
    {
        Endpoint(config, methodRequired: false);
        config.Optional<YamlMapping>("headers");
        if (config.Section("body", "'body'") is { } body)
        {
            if (body.Any("template") is null)
            {
                body.Required<YamlScalar>("template");
            }

            body.Done();
        }

        if (config.Section("signing", "'signing'") is not { } signing)
        {
            return;
        }

        if (signing.RequiredText("secret") is { } secret && !secret.Contains("secrets.", StringComparison.Ordinal))
        {
            findings.Error(
                "secret.literal", signing.PlaceOf("secret"), "A secret must not be written into the catalog.",
                "name it: '{{ secrets.my-webhook }}'");
        }

        signing.Choice("algorithm", ["sha256"]);
        signing.Text("header");
        signing.Done();
    }

    private void JiraTicket(MappingReader config)
    {
        config.Text("instance");
        if (config.RequiredSection("ticket", "'ticket'") is { } ticket)
        {
            if (ticket.RequiredText("project") is { } project && !Template.HasTags(project) && !Spelling.IsProjectKey(project))
            {
                findings.Error(
                    "jira.project", ticket.PlaceOf("project"), $"The project key '{project}' must be upper case.",
                    $"write {project.ToUpperInvariant()}");
            }

            ticket.Text("issueType");
            ticket.RequiredText("summaryTemplate");
            ticket.Text("descriptionTemplate");
            ticket.Text("priority");
            ticket.Texts("labels");
            ticket.Texts("components");
            ticket.Text("epicKey");
            ticket.Optional<YamlMapping>("customFields");
            ticket.Done();
        }

        config.Flag("waitForResolution");
        config.Optional<YamlMapping>("statusMapping");
    }

    private static void Terraform(MappingReader config)
    {
        config.RequiredText("contentTemplate");
        config.RequiredText("filename");
        config.RequiredText("repositoryMapping");
        config.Optional<YamlMapping>("variables");
        config.Flag("waitForApply");
    }

    private static void GitHubWorkflow(MappingReader config)
    {
        if (config.RequiredSection("repository", "'repository'") is { } repository)
        {
            repository.RequiredText("owner");
            repository.RequiredText("name");
            repository.Done();
        }

        if (config.RequiredSection("workflow", "'workflow'") is { } workflow)
        {
            workflow.RequiredText("id");
            workflow.Done();
        }

        config.Text("ref");
        config.Optional<YamlMapping>("inputs");
        config.Flag("waitForCompletion");
    }
}
