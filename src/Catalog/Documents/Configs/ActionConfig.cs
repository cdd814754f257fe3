namespace Pao.Catalog.Documents.Configs;

/// <summary>The keys that the <c>config</c> of each type of action has.</summary>
internal static class ActionConfig
{
    /// <param name="config">Null when it is not there or no mapping, which is told already.</param>
    public static void Check(string type, MappingReader? config, FindingList findings)
    {
        if (config is null)
        {
            return;
        }

        switch (type)
        {
            case ActionTypes.RestApi:
                new RestApiConfig(config, findings).Check();
                break;
            case ActionTypes.Webhook:
                new WebhookConfig(config, findings).Check();
                break;
            case ActionTypes.JiraTicket:
                new JiraTicketConfig(config, findings).Check();
                break;
            case ActionTypes.Terraform:
                new TerraformConfig(config, findings).Check();
                break;
            case ActionTypes.GitHubWorkflow:
                new GitHubWorkflowConfig(config, findings).Check();
                break;
            case ActionTypes.Custom:
                Custom(config);
                break;
            default:
                throw new InvalidOperationException($"No rules for '{type}'.");
        }

        config.Done();
    }

    private static void Custom(MappingReader config)
    {
        config.RequiredText("activity");
        config.Text("version");
        config.Any("input");
    }
}
