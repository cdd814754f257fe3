using System.Text.RegularExpressions;

namespace Pao.Activities.Terraform;

/// <summary>The path of a file below its mapping's folder.</summary>
internal sealed partial record TerraformFile
{
    private const int LongestPath = 255;

    // What repositories keep for themselves. Files and folders that begin with a dot are refused all together.
    private static readonly string[] Reserved =
        ["backend.tf", "cloud.tf", "override.tf", "provider.tf", "providers.tf", "terraform.tf", "terraform.tfvars", "versions.tf"];

    private TerraformFile(string path) => Path = path;

    /// <summary>Such as <c>caches/sessions.tf</c>.</summary>
    public string Path { get; }

    /// <summary>The folder that it is in, which is Terraform's root module; empty: the mapping's own.</summary>
    public string Folder => Path.LastIndexOf('/') is > 0 and var end ? Path[..end] : "";

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Values of variables, beside it: Terraform reads them by itself.</summary>
    public string ValuesPath => $"{Path[..Path.LastIndexOf('.')]}.auto.tfvars.json";

    /// <exception cref="ActionFailedException">It leaves its folder, is reserved, or is no Terraform file.</exception>
    public static TerraformFile Parse(string path, IEnumerable<string> furtherReserved)
    {
        if (path.Length > LongestPath || !PathPattern().IsMatch(path))
            throw ActionFailure.Invalid(
                $"'filename' is '{path}'; it must be the path of a .tf or .tfvars file of letters, digits, '.', '_' and '-', where no part begins with a dot.");

        var file = new TerraformFile(path);
        var name = file.Name.ToLowerInvariant();
        var stem = name[..name.LastIndexOf('.')];
        if (Reserved.Concat(furtherReserved).Contains(name, StringComparer.OrdinalIgnoreCase) || stem.EndsWith("_override", StringComparison.Ordinal)
            || (name.EndsWith(".auto.tfvars", StringComparison.Ordinal)) || path.Split('/').Any(part => part.Equals("terraform.tfstate.d", StringComparison.OrdinalIgnoreCase)))
            throw ActionFailure.Invalid($"'filename' is '{path}', which is kept for those who own the repository. Choose another name.");
        return file;
    }

    // Windows and macOS take no trailing dots and fold cases: such names would collide there.
    [GeneratedRegex(@"^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?<!\.)/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.(?:tf|tfvars)\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();
}
