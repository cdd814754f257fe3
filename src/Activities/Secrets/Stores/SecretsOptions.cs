using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Secrets.Stores;

/// <summary>The stores that documents may name as <c>secrets.{store}.{path}#{key}</c>; bound from <c>Pao:Secrets</c>.</summary>
public sealed class SecretsOptions
{
    public const string Section = "Pao:Secrets";

    public IDictionary<string, SecretStoreOptions> Stores { get; } = new Dictionary<string, SecretStoreOptions>(StringComparer.OrdinalIgnoreCase);
}

public enum SecretStoreType
{
    Env,
    File,
    Vault,
    AwsSecretsManager,
    AwsParameterStore,
}

/// <summary>How a process shows Vault who it is.</summary>
public enum VaultLogin
{
    Token,
    AppRole,
    Kubernetes,
}

/// <summary>One store. Which settings it has depends on its type.</summary>
public sealed class SecretStoreOptions
{
    public SecretStoreType? Type { get; set; }

    /// <summary>How long what was read is used again.</summary>
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one try to read may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Env: the variables that may be read, and no others.</summary>
    public IList<string> Variables { get; } = [];

    /// <summary>File: the folder whose files are the secrets.</summary>
    public string? Folder { get; set; }

    /// <summary>Vault: its address. AWS: another address than that of the region.</summary>
    public Uri? Address { get; set; }

    /// <summary>Vault: where the KV engine (version 2) is mounted.</summary>
    public string Mount { get; set; } = "secret";

    /// <summary>Vault: the namespace, for Vault Enterprise and HCP.</summary>
    public string? Namespace { get; set; }

    public VaultLogin Login { get; set; } = VaultLogin.Token;

    /// <summary>Vault: where the login method is mounted; by default under its own name.</summary>
    public string? LoginMount { get; set; }

    /// <summary>Vault, Token: the token, or a file that somebody else keeps up to date.</summary>
    public string? Token { get; set; }

    public string? TokenFile { get; set; }

    /// <summary>Vault, AppRole.</summary>
    public string? RoleId { get; set; }

    public string? SecretId { get; set; }

    public string? SecretIdFile { get; set; }

    /// <summary>Vault, Kubernetes: the role, and the file with the service account's token.</summary>
    public string? Role { get; set; }

    public string ServiceAccountTokenFile { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>AWS: the region; by default the one of the environment.</summary>
    public string? Region { get; set; }

    /// <summary>AWS: a key pair; by default that of the environment, or of the role that it names with a web identity.</summary>
    public string? AccessKeyId { get; set; }

    public string? SecretAccessKey { get; set; }

    public string? SessionToken { get; set; }

    /// <summary>AWS: another address of STS, for the web identity.</summary>
    public Uri? StsAddress { get; set; }
}

/// <summary>A store that cannot work stops the start, with the key that is wrong.</summary>
internal sealed partial class SecretsOptionsValidator : IValidateOptions<SecretsOptions>
{
    public ValidateOptionsResult Validate(string? name, SecretsOptions options)
    {
        string[] problems = [.. options.Stores.SelectMany(store => Problems(store.Key, store.Value)
            .Select(problem => $"{SecretsOptions.Section}:Stores:{store.Key}: {problem}"))];
        return problems.Length is 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(string name, SecretStoreOptions store)
    {
        if (!Name().IsMatch(name))
            yield return "a store's name has letters, digits, '_' and '-' only.";
        if (store.Timeout < TimeSpan.FromSeconds(1) || store.Timeout > TimeSpan.FromMinutes(1))
            yield return "Timeout must be from 1 s to 1 min.";
        if (store.CacheTime < TimeSpan.Zero || store.CacheTime > TimeSpan.FromHours(1))
            yield return "CacheTime must be at most 1 h.";
        if (store.Address is { } address && address is not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" })
            yield return "Address must be an http or https URL without a user name.";

        var missing = store switch
        {
            { Type: null } => "Type must be one of Env, File, Vault, AwsSecretsManager, AwsParameterStore.",
            { Type: SecretStoreType.Env, Variables: [] } => "Variables must name the environment variables that may be read.",
            { Type: SecretStoreType.File, Folder: null or "" } => "Folder must be set.",
            { Type: SecretStoreType.Vault, Address: null } => "Address must be set.",
            { Type: SecretStoreType.Vault, Login: VaultLogin.Token, Token: null or "", TokenFile: null or "" } => "Token or TokenFile must be set.",
            { Type: SecretStoreType.Vault, Login: VaultLogin.AppRole, RoleId: null or "" } => "RoleId must be set.",
            { Type: SecretStoreType.Vault, Login: VaultLogin.Kubernetes, Role: null or "" } => "Role must be set.",
            { AccessKeyId: { Length: > 0 }, SecretAccessKey: null or "" } => "SecretAccessKey must be set beside AccessKeyId.",
            _ => null,
        };
        if (missing is not null)
            yield return missing;
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
