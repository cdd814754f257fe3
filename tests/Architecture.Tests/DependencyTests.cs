using System.Xml.Linq;

namespace Pao.Architecture.Tests;

public sealed class DependencyTests
{
    /// <summary>The arrows of the design. They point one way.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["DurableTask"] = [],
        ["TaskHub"] = ["DurableTask"],
        ["Catalog"] = [],
        ["Activities"] = ["Catalog", "DurableTask"],
        ["Audit"] = [],
        ["Orchestrator"] = ["Activities", "Audit", "Catalog", "DurableTask"],
        ["Api"] = ["Activities", "Audit", "Catalog", "DurableTask", "Orchestrator", "TaskHub"],
        ["Client"] = [],
        ["Portal"] = ["Client"],
        ["Cli"] = ["Audit", "Catalog", "Client"],
    };

    public static TheoryData<string> SourceProjects => [.. Repository.Projects("src").Select(Repository.Relative)];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void A_project_references_only_what_the_design_allows(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{project} is new: draw its arrows in {nameof(DependencyTests)}.");

        var references = References(Path.Combine(Repository.Root, project), "ProjectReference").Select(Path.GetFileNameWithoutExtension);

        Assert.Empty(references.Except(allowed));
    }

    [Fact]
    public void The_projects_of_the_main_job_are_there() =>
        Assert.Superset(
            new HashSet<string> { "DurableTask", "TaskHub", "Catalog", "Activities", "Orchestrator", "Api" },
            Repository.Projects("src").Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet());

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void A_project_knows_no_assembly_but_by_project_or_package(string project) =>
        Assert.Empty(References(Path.Combine(Repository.Root, project), "Reference"));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Pao.sln")).Replace('\\', '/');

        Assert.All(Repository.Projects("src").Concat(Repository.Projects("tests")).Select(Repository.Relative),
            project => Assert.Contains(project, solution));
    }

    [Fact]
    public void Versions_of_packages_are_in_one_place() =>
        Assert.All(Repository.Projects("src").Concat(Repository.Projects("tests")).Concat(Repository.Projects("bench")), project =>
            Assert.DoesNotContain(XDocument.Load(project).Descendants("PackageReference"), reference =>
                reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null));

    [Fact]
    public void Every_project_has_a_lock_file_that_names_no_registry() =>
        Assert.All(Repository.Projects("src").Concat(Repository.Projects("tests")).Concat(Repository.Projects("bench")), project =>
            Assert.DoesNotContain("://", File.ReadAllText(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"))));

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));
}
