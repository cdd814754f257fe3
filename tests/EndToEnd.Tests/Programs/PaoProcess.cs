namespace Pao.EndToEnd.Tests.Programs;

/// <summary>PAO as its users run it, with a data folder that outlives its processes.</summary>
internal sealed class PaoProcess : ServerProcess
{
    private const string Infrastructure = "Pao__Terraform__Mappings__platform-infrastructure";

    private readonly Dictionary<string, string?> _environment;
    private readonly int _port = Repository.FreePort();

    public PaoProcess(SandboxProcess sandbox, string dataFolder, string? databaseUrl = null, string? catalog = null)
    {
        Data = dataFolder;
        Catalog = catalog ?? Repository.TestCatalog;
        _environment = new Dictionary<string, string?>
        {
            ["SANDBOX_URL"] = sandbox.Url,
            ["Pao__Catalog__AllowedEnvironment__0"] = "SANDBOX_URL",
            ["Pao__Egress__Allow__tests"] = "127.0.0.1",
            ["Pao__Egress__AllowHttp__tests"] = "127.0.0.1",
            ["Pao__Resilience__FewestCalls"] = "1000", // tests of failures count tries; a breaker would park what they wait for
            ["Pao__Secrets__sandbox-webhook"] = "sandbox-webhook-secret",
            ["Pao__Secrets__sandbox-api-token"] = "sandbox-api-token",
            ["Pao__Secrets__sandbox-storage-password"] = "sandbox-storage-password",
            ["Pao__Secrets__sandbox-client-secret"] = SandboxProcess.ClientSecret,
            ["Pao__Jira__Instances__default__BaseAddress"] = $"{sandbox.Url}/jira/cloud",
            ["Pao__Jira__Instances__default__Authentication__Email"] = "bot@example.com",
            ["Pao__Jira__Instances__default__Authentication__Secret"] = "sandbox-jira",
            ["Pao__Jira__Instances__default__SearchGrace"] = "00:00:02",
            ["Pao__Jira__Instances__default__CreateGrace"] = "00:00:00",
            ["Pao__Jira__Instances__default__WebhookSecret"] = "sandbox-jira-webhook",
            ["Pao__GitHub__Owners__acme__Api"] = $"{sandbox.Url}/github/api/v3",
            ["Pao__GitHub__Owners__acme__Token"] = "sandbox-github",
            ["Pao__GitHub__Owners__acme__Repositories__0"] = "acme/*",
            ["Pao__GitHub__Owners__acme__SearchGrace"] = "00:00:02",
            ["Pao__Secrets__sandbox-github"] = "sandbox-github-token",
            ["GITHUB_WEBHOOK_SECRET"] = "sandbox-github-webhook",
            ["Pao__Secrets__sandbox-jira"] = "sandbox-jira-token",
            ["Pao__Secrets__sandbox-jira-webhook"] = "sandbox-jira-webhook",
            [$"{Infrastructure}__Repository"] = "acme/platform-infrastructure",
            [$"{Infrastructure}__Content__ModuleSources__0"] = "app.terraform.io/acme",
            [$"{Infrastructure}__TerraformCloud__Address"] = $"{sandbox.Url}/terraform/cloud",
            [$"{Infrastructure}__TerraformCloud__Organization"] = "acme",
            [$"{Infrastructure}__TerraformCloud__Workspace"] = "{folder}",
            [$"{Infrastructure}__TerraformCloud__Token"] = "sandbox-terraform",
            [$"{Infrastructure}__TerraformCloud__WebhookSecret"] = "sandbox-terraform-webhook",
            ["Pao__Secrets__sandbox-terraform"] = "sandbox-terraform-token",
            ["Pao__Secrets__sandbox-terraform-webhook"] = "sandbox-terraform-webhook",
            ["Pao__TaskHub__Lease"] = "00:00:03",
            ["DATABASE_URL"] = databaseUrl,
            ["DOTNET_TieredPGO"] = "0", // measuring what to optimize costs short lives a tenth of their start
        };
        KeyFolder = () => Data;
        Api = NewApi();
    }

    public override string Url => $"http://127.0.0.1:{_port}";

    public string Data { get; }

    public string Catalog { get; }

    public PaoApi Api { get; }

    /// <summary>Further settings on the command line, such as the role.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The program, when it is not the one that was built.</summary>
    public string Executable { get; init; } = Repository.Program("Api");

    /// <summary>A command that the process runs under, such as strace.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];

    /// <summary>Where the data folder is for us: one within a file system of the process's own is elsewhere.</summary>
    public Func<string> KeyFolder { get; set; }

    /// <summary>An interface with connections of its own.</summary>
    public PaoApi NewApi(TimeSpan? patience = null) => new(Url, Key, patience);

    /// <summary>A reader of streams.</summary>
    public StatusEvents Events() => new(Url, Key);

    protected override string HealthPath => "/api/v1/health/ready";

    public async Task StartAsync(params (string Name, string Value)[] environment)
    {
        Launch(environment);
        await WaitUntilReadyAsync();
    }

    /// <summary>Sets an environment variable for all starts from now on.</summary>
    public void Set(string name, string value) => _environment[name] = value;

    /// <summary>Starts without waiting until the process is ready.</summary>
    public void Launch(params (string Name, string Value)[] environment)
    {
        var merged = new Dictionary<string, string?>(_environment);
        foreach (var (name, value) in environment)
            merged[name] = value;

        string[] arguments = ["--urls", Url, $"--Pao:DataDirectory={Data}", $"--Pao:Catalog:Folder={Catalog}", .. Settings];
        string[] command = [.. Wrapper, Executable, .. arguments];
        Start(command[0], command[1..], merged);
    }

    public string Key() => File.ReadAllText(Path.Combine(KeyFolder(), "access-key")).Trim();

    public override ValueTask DisposeAsync()
    {
        Api.Dispose();
        return base.DisposeAsync();
    }
}
