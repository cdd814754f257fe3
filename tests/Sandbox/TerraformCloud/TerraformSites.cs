using System.Collections.Concurrent;
using System.Text;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.TerraformCloud;

/// <summary>The Terraform Clouds, by their names; one is there as soon as somebody calls it.</summary>
internal sealed class TerraformSites
{
    private const string Section = "Sandbox:Terraform";

    private readonly ConcurrentDictionary<string, TerraformSite> _sites = new();
    private readonly TerraformSettings _settings;
    private readonly RunPilot _pilot;

    public TerraformSites(IConfiguration configuration, Forges forges, RunPilot pilot)
    {
        _pilot = pilot;
        _settings = new TerraformSettings
        {
            StepMilliseconds = configuration.GetValue<int?>($"{Section}:{nameof(TerraformSettings.StepMilliseconds)}") ?? 20,
            WebhookUrl = configuration[$"{Section}:{nameof(TerraformSettings.WebhookUrl)}"],
            WebhookToken = configuration[$"{Section}:{nameof(TerraformSettings.WebhookToken)}"],
        };
        forges.GitHub.Moved += OnMoved;
    }

    public TerraformSite Get(string name) => _sites.GetOrAdd(name, name => new TerraformSite(name, _settings));

    /// <summary>A workspace that is connected with a repository runs what comes upon its branch.</summary>
    private void OnMoved(Repository repository, string branch, string sha)
    {
        if (repository.Resolve(sha) is not { } commit)
            return;

        foreach (var site in _sites.Values)
            lock (site.Gate)
                foreach (var workspace in site.Workspaces.Where(one => one.Settings.Repository == repository.FullName && one.Settings.Branch == branch))
                {
                    var configuration = new Configuration(site.NewId("cv"), workspace.Name)
                    {
                        Commit = sha,
                        CommitMessage = commit.Message,
                        Files = repository.FilesOf(commit).ToDictionary(
                            file => file.Key, file => Encoding.UTF8.GetString(repository.Objects.FindBlob(file.Value.Sha) ?? [])),
                    };
                    workspace.Configurations.Add(configuration);
                    var run = new Run(site.NewId("run"), configuration, site.HidesMessages ? "Merge" : commit.Message, autoApply: false, "tfe-configuration-version");
                    workspace.Runs.Add(run);
                    _pilot.Begin(site, workspace, run);
                }
    }
}

/// <summary>One Terraform Cloud.</summary>
internal sealed class TerraformSite(string name, TerraformSettings settings)
{
    /// <summary>There are none whose names begin so, until somebody makes them.</summary>
    private const string Missing = "missing";

    private readonly Dictionary<string, Workspace> _workspaces = [];
    private int _ids;

    public string Name => name;

    /// <summary>Taken by whoever reads or changes something here.</summary>
    public Lock Gate { get; } = new();

    public IReadOnlyCollection<Workspace> Workspaces => [.. _workspaces.Values];

    /// <summary>Runs that follow a commit do not have its message.</summary>
    public bool HidesMessages { get; set; }

    public string NewId(string prefix) => $"{prefix}-{name}{Interlocked.Increment(ref _ids):D8}".Replace("_", "", StringComparison.Ordinal);

    /// <summary>By name; it is made when somebody asks for it.</summary>
    public Workspace? Find(string organization, string workspace)
    {
        var key = $"{organization}/{workspace}";
        if (workspace.StartsWith(Missing, StringComparison.Ordinal) && !_workspaces.ContainsKey(key))
            return null;
        if (!_workspaces.TryGetValue(key, out var found))
            _workspaces[key] = found = new Workspace(NewId("ws"), organization, workspace, settings);
        return found;
    }

    /// <returns>Null when there is one of that name.</returns>
    public Workspace? Create(string organization, string workspace)
    {
        var made = new Workspace(NewId("ws"), organization, workspace, settings);
        return _workspaces.TryAdd($"{organization}/{workspace}", made) ? made : null;
    }

    public Workspace? Find(string id) => _workspaces.Values.FirstOrDefault(workspace => workspace.Id == id);

    public (Workspace Workspace, Run Run)? FindRun(string id) => _workspaces.Values
        .SelectMany(workspace => workspace.Runs.Select(run => (workspace, run)))
        .Where(one => one.run.Id == id).Select(one => ((Workspace, Run)?)one).FirstOrDefault();

    public (Workspace Workspace, Configuration Configuration)? FindConfiguration(string id) => _workspaces.Values
        .SelectMany(workspace => workspace.Configurations.Select(configuration => (workspace, configuration)))
        .Where(one => one.configuration.Id == id).Select(one => ((Workspace, Configuration)?)one).FirstOrDefault();
}
