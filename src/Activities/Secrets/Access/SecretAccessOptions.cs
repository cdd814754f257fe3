using Microsoft.Extensions.Options;

namespace Pao.Activities.Secrets.Access;

/// <summary>
/// Which documents may send which secrets where; bound from <c>Pao:SecretAccess</c>. Whoever may edit a document can name any
/// secret in it: these rules, which only an operator writes, say what comes of that.
/// </summary>
public sealed class SecretAccessOptions
{
    public const string Section = "Pao:SecretAccess";

    /// <summary>What holds for a secret that no rule is for.</summary>
    public UnlistedSecrets Unlisted { get; set; } = UnlistedSecrets.ThisMachine;

    /// <summary>By a name that says what a rule is for.</summary>
    public IDictionary<string, SecretRule> Rules { get; } = new Dictionary<string, SecretRule>(StringComparer.OrdinalIgnoreCase);
}

public enum UnlistedSecrets
{
    /// <summary>They go to this machine's loopback address, and nowhere else: a sandbox works, and nothing leaves.</summary>
    ThisMachine,

    /// <summary>They go nowhere.</summary>
    Refuse,

    /// <summary>They go wherever a document says.</summary>
    Allow,
}

/// <summary>Lets some secrets be used. <c>*</c> stands for any characters; an empty list of items, teams or actions is for all.</summary>
public sealed class SecretRule
{
    /// <summary>Names, or <c>store.path#key</c>: <c>vault.payments/*</c>.</summary>
    public IList<string> Secrets { get; } = [];

    /// <summary>Items whose actions may use them. With teams too: either is enough.</summary>
    public IList<string> Items { get; } = [];

    /// <summary>Teams that own the item.</summary>
    public IList<string> Teams { get; } = [];

    /// <summary>Types of actions.</summary>
    public IList<string> Actions { get; } = [];

    /// <summary>Hosts, or hosts with ports, that they, or tokens that were got with them, may be sent to.</summary>
    public IList<string> Hosts { get; } = [];
}

/// <summary>A rule that leaves out what it must say stops the start.</summary>
internal sealed class SecretAccessOptionsValidator : IValidateOptions<SecretAccessOptions>
{
    public ValidateOptionsResult Validate(string? name, SecretAccessOptions options)
    {
        string[] problems =
        [
            .. options.Rules.Where(rule => rule.Value.Secrets.Count is 0).Select(rule => Problem(rule.Key, nameof(SecretRule.Secrets), "the secrets that it is for")),
            .. options.Rules.Where(rule => rule.Value.Hosts.Count is 0).Select(rule => Problem(rule.Key, nameof(SecretRule.Hosts), "where they may be sent; \"*\" is anywhere")),
        ];
        return problems.Length is 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string Problem(string rule, string key, string what) =>
        $"{SecretAccessOptions.Section}:Rules:{rule}:{key} must name {what}.";
}
