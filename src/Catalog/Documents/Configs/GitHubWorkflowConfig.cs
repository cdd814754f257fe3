using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents.Configs;

/// <summary>The <c>config</c> of a <c>github-workflow</c> action.</summary>
internal sealed class GitHubWorkflowConfig(MappingReader config, FindingList findings)
{
    public void Check()
    {
        if (config.RequiredSection("repository", "'repository'") is { } repository)
        {
            Name(repository, "owner");
            Name(repository, "name");
            repository.Done();
        }

        if (config.RequiredSection("workflow", "'workflow'") is { } workflow)
        {
            if (workflow.RequiredText("id") is { } id && !Template.HasTags(id) && !Spelling.IsWorkflowFile(id))
            {
                findings.Error(
                    "github.workflow", workflow.PlaceOf("id"), $"'{id}' is no file name of a workflow.", "write for example provision.yml, without a folder");
            }

            workflow.Done();
        }

        config.Text("ref");
        foreach (var entry in config.Optional<YamlMapping>("inputs")?.Entries ?? [])
        {
            HttpConfig.Plain(entry, "input", findings);
        }

        config.Flag("waitForCompletion");
    }

    private void Name(MappingReader repository, string key)
    {
        if (repository.RequiredText(key) is { } name && !Template.HasTags(name) && !Spelling.IsRepositoryName(name))
        {
            findings.Error(
                "github.repository", repository.PlaceOf(key), $"'{name}' is no '{key}' of a repository.", "owner and name stand apart");
        }
    }
}
