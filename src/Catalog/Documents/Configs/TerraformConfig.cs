using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents.Configs;

/// <summary>The <c>config</c> of a <c>terraform</c> action.</summary>
internal sealed class TerraformConfig(MappingReader config, FindingList findings)
{
    public void Check()
    {
        config.RequiredText("contentTemplate");
        if (config.RequiredText("filename") is { } file && !Spelling.IsTerraformFile(file))
        {
            findings.Error(
                "terraform.filename", config.PlaceOf("filename"), $"'{file}' is no path of a Terraform file below the repository's folder.",
                "write for example {{ fields.name }}.tf");
        }

        config.RequiredText("repositoryMapping");
        foreach (var entry in config.Optional<YamlMapping>("variables")?.Entries ?? [])
        {
            if (!Spelling.IsHclName(entry.Key))
            {
                findings.Error("id.name", entry.KeyPlace, $"'{entry.Key}' is no name of a Terraform variable.");
            }
        }

        config.Flag("waitForApply");
    }
}
