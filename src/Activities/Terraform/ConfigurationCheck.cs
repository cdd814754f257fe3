using System.Globalization;
using System.IO.Enumeration;
using Pao.Activities.Terraform.Hcl;

namespace Pao.Activities.Terraform;

/// <summary>
/// Whether a file holds only what its mapping allows. It runs with the operator's rights wherever it is applied, so what is not
/// allowed is refused before anybody sees the file.
/// </summary>
internal sealed class ConfigurationCheck(string mapping, TerraformContentOptions allowed)
{
    private const int MostProblems = 5;

    /// <summary>They name what is on the machine that runs Terraform.</summary>
    private static readonly string[] FileFunctions = ["abspath", "pathexpand", "templatefile", "fileset", "fileexists"];

    /// <summary>The blocks that may stand within others.</summary>
    private static readonly Dictionary<string, string[]> Inner = new(StringComparer.Ordinal)
    {
        ["module"] = [],
        ["locals"] = [],
        ["output"] = ["precondition"],
        ["variable"] = ["validation"],
        ["moved"] = [],
        ["import"] = [],
        ["removed"] = ["lifecycle"],
        ["check"] = ["data", "assert"],
        ["terraform"] = ["required_providers"],
    };

    private readonly List<(int Line, string Message)> _problems = [];

    private string Path => $"{TerraformOptions.Section}:Mappings:{mapping}:Content";

    /// <exception cref="ActionFailedException">It is no HCL, or holds what is not allowed.</exception>
    public static void Check(string mapping, TerraformContentOptions allowed, string file, string text)
    {
        try
        {
            var check = new ConfigurationCheck(mapping, allowed);
            check.Judge(HclParser.Read(text), isValues: file.EndsWith(".tfvars", StringComparison.OrdinalIgnoreCase));
            if (check._problems.Count > 0)
                throw ActionFailure.Invalid($"'contentTemplate' is not allowed: {string.Join(" ", check._problems.Take(MostProblems)
                    .Select(problem => string.Create(CultureInfo.InvariantCulture, $"{file}:{problem.Line}: {problem.Message}")))}");
        }
        catch (HclSyntaxException wrong)
        {
            throw ActionFailure.Invalid(string.Create(CultureInfo.InvariantCulture, $"'contentTemplate' is no Terraform file: {file}:{wrong.Line}: {wrong.Message}"));
        }
    }

    /// <summary>The names of the outputs that a file declares.</summary>
    public static IReadOnlyList<string> OutputsOf(string text) =>
        [.. HclParser.Read(text).Blocks.Where(block => block is { Type: "output", Labels.Count: 1 }).Select(block => block.Labels[0])];

    private void Judge(HclBody file, bool isValues)
    {
        foreach (var call in file.AllAttributes.SelectMany(attribute => attribute.Calls))
            if (isValues || IsForbidden(call.Name))
                Refuse(call.Line, isValues ? "A file of values calls no functions." : $"The function '{call.Name}' reads what is on the machine that runs Terraform.");

        if (isValues)
        {
            foreach (var block in file.Blocks)
                Refuse(block.Line, $"A file of values has no blocks: '{block}'.");
            return;
        }

        foreach (var attribute in file.Attributes)
            Refuse(attribute.Line, $"'{attribute.Name}' stands in no block.");
        foreach (var block in file.Blocks)
            Judge(block);
    }

    private void Judge(HclBlock block)
    {
        if (!allowed.AllowedBlocks.Contains(block.Type))
        {
            Refuse(block.Line, $"Blocks of the type '{block.Type}' are not allowed ({Path}:Blocks has {string.Join(", ", allowed.AllowedBlocks)}).");
            return;
        }

        // Anywhere and however allowed the rest is: they run programs on the machine, or move the state elsewhere.
        foreach (var inner in block.Body.AllBlocks.Where(inner => inner.Type is "provisioner" or "connection" or "backend" or "cloud" or "provider_meta"
            || inner is { Type: "dynamic", Labels: ["provisioner" or "connection", ..] }))
            Refuse(inner.Line, $"'{inner.Type}' is never allowed.");

        switch (block.Type)
        {
            case "module":
                JudgeSource(block);
                break;
            case "resource" or "data" or "ephemeral":
                JudgeResource(block);
                break;
        }

        if (Inner.TryGetValue(block.Type, out var inside))
            foreach (var inner in block.Body.Blocks.Where(inner => !inside.Contains(inner.Type)))
                Refuse(inner.Line, $"A block '{block.Type}' has no block '{inner.Type}'.");
        foreach (var data in block.Body.AllBlocks.Where(inner => inner.Type is "data" && block.Type is "check"))
            JudgeResource(data);
    }

    private void JudgeSource(HclBlock module)
    {
        if (module.Body.Find("source")?.PlainText is not { } source)
            Refuse(module.Line, "A module has a 'source' that is a plain text.");
        else if (!ModuleSource.IsAllowed(source, allowed.ModuleSources))
            Refuse(module.Line, $"Modules of '{source}' are not allowed ({Path}:ModuleSources {(allowed.ModuleSources.Count is 0
                ? "is empty" : $"has {string.Join(", ", allowed.ModuleSources)}")}).");
    }

    private void JudgeResource(HclBlock resource)
    {
        var type = resource.Labels is [var first, ..] ? first : "";
        if (type is "external" || !allowed.Resources.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, type, ignoreCase: false)))
            Refuse(resource.Line, type is "external"
                ? "'external' runs a program on the machine, and is never allowed."
                : $"'{type}' is not allowed ({Path}:Resources {(allowed.Resources.Count is 0 ? "is empty" : $"has {string.Join(", ", allowed.Resources)}")}).");
    }

    // A provider's function is the provider's business, and what that is nobody knows here.
    private static bool IsForbidden(string function) =>
        FileFunctions.Contains(function) || function.StartsWith("file", StringComparison.Ordinal) || function.StartsWith("::", StringComparison.Ordinal);

    private void Refuse(int line, string message) => _problems.Add((line, message));
}
