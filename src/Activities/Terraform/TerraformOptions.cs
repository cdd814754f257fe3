using System.ComponentModel.DataAnnotations;

namespace Pao.Activities.Terraform;

/// <summary>Where Terraform's files go, and what applies them; bound from <c>Pao:Terraform</c>.</summary>
public sealed class TerraformOptions
{
    public const string Section = "Pao:Terraform";

    /// <summary>By the name that documents have for them: <c>repositoryMapping</c>.</summary>
    public IDictionary<string, TerraformMappingOptions> Mappings { get; } =
        new Dictionary<string, TerraformMappingOptions>(StringComparer.OrdinalIgnoreCase);
}

public enum TerraformDelivery
{
    /// <summary>A commit upon the branch.</summary>
    Commit,

    /// <summary>A branch of its own and a pull request, which somebody merges.</summary>
    PullRequest,
}

/// <summary>One place for files: a folder of a repository, perhaps with a workspace of Terraform Cloud; or a folder of this machine.</summary>
public sealed class TerraformMappingOptions
{
    /// <summary>The repository on GitHub, such as <c>acme/infrastructure</c>. Null with <see cref="Local"/>.</summary>
    public string? Repository { get; set; }

    [Required]
    public string Branch { get; set; } = "main";

    /// <summary>The folder of the repository below which files are written; empty: all of it.</summary>
    public string Folder { get; set; } = "";

    public TerraformDelivery Delivery { get; set; }

    /// <summary>Whether a request may replace a file that another request made. What PAO has not made is never replaced.</summary>
    public bool ReplaceFiles { get; set; }

    /// <summary>What files may hold.</summary>
    public TerraformContentOptions Content { get; } = new();

    /// <summary>The workspace that applies the repository; null: who applies it is not known here.</summary>
    public TerraformCloudOptions? TerraformCloud { get; set; }

    /// <summary>A folder of this machine and the program that applies it, in place of a repository.</summary>
    public LocalTerraformOptions? Local { get; set; }
}

/// <summary>What a document's Terraform files may hold. What is not named is refused.</summary>
public sealed class TerraformContentOptions
{
    private static readonly string[] Harmless = ["module", "output", "variable", "locals"];

    /// <summary>Types of blocks; null: <c>module</c>, <c>output</c>, <c>variable</c> and <c>locals</c>.</summary>
    public IList<string>? Blocks { get; set; }

    /// <summary>Beginnings of the sources of modules, such as <c>app.terraform.io/acme</c>: each ends at a <c>/</c>.</summary>
    public IList<string> ModuleSources { get; } = [];

    /// <summary>Types of resources and data sources, such as <c>terraform_data</c> or <c>aws_s3_*</c>, where their blocks are allowed.</summary>
    public IList<string> Resources { get; } = [];

    /// <summary>Further file names that no document may write.</summary>
    public IList<string> ReservedFiles { get; } = [];

    internal IReadOnlyCollection<string> AllowedBlocks => [.. Blocks ?? Harmless];
}

public enum TerraformRunSource
{
    /// <summary>The configuration is uploaded, and a run is made with it.</summary>
    Upload,

    /// <summary>The workspace is connected with the repository, and runs by itself when it changes.</summary>
    Vcs,
}

public enum TerraformApply
{
    /// <summary>A plan without objections is applied at once.</summary>
    Auto,

    /// <summary>Somebody confirms each plan in Terraform Cloud.</summary>
    Confirmed,
}

/// <summary>A workspace of HCP Terraform (Terraform Cloud) or Terraform Enterprise.</summary>
public sealed class TerraformCloudOptions
{
    [Required]
    public Uri Address { get; set; } = new("https://app.terraform.io");

    [Required]
    public string? Organization { get; set; }

    /// <summary>
    /// Its name. <c>{folder}</c> stands for the folder that the file is in, with <c>--</c> for each slash: a workspace for each folder.
    /// </summary>
    [Required]
    public string? Workspace { get; set; }

    /// <summary>Whether a workspace that is not there yet is made, for uploads.</summary>
    public bool CreateWorkspaces { get; set; }

    /// <summary>The id of the project that new workspaces belong to; null: the organization's default.</summary>
    public string? Project { get; set; }

    /// <summary>The name of the secret with the token of a team or a user.</summary>
    [Required]
    public string? Token { get; set; }

    public TerraformRunSource Source { get; set; }

    public TerraformApply Apply { get; set; }

    /// <summary>
    /// The name of the secret, below <c>Pao:Secrets</c>, that the workspace signs its notifications with; null: none are taken, runs
    /// are looked at now and then.
    /// </summary>
    public string? WebhookSecret { get; set; }
}

/// <summary>Terraform on this machine, for laptops and tests.</summary>
public sealed class LocalTerraformOptions
{
    /// <summary>The folder below which files are written. Its state is kept where its configuration says: beside it, unless an operator put a backend there.</summary>
    [Required]
    public string? Folder { get; set; }

    /// <summary>The program; a name is looked for in <c>PATH</c>.</summary>
    [Required]
    public string Program { get; set; } = "terraform";

    /// <summary>How long init, validate, plan and apply may take together.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Names of environment variables that the program gets beside <c>PATH</c> and <c>HOME</c>, such as <c>AWS_PROFILE</c>.</summary>
    public IList<string> Environment { get; } = [];
}
