using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Pao.Activities.Secrets;

/// <summary>The secrets that documents may name: configuration keys below <c>Pao:Secrets</c>.</summary>
internal sealed partial class SecretStore(IConfiguration configuration)
{
    public const string Section = "Pao:Secrets";

    /// <summary>Opens a scope for one call: it resolves references, remembers what it resolved, and masks it.</summary>
    public SecretScope Open() => new(this);

    /// <summary>The value of a secret, for a call that is about to be made.</summary>
    public string Reveal(string name)
    {
        // A colon would step into other sections of the configuration.
        if (!NamePattern().IsMatch(name))
            throw ActionFailure.SecretMissing($"'{name}' is not the name of a secret: letters, digits, '.', '_' and '-' only.");

        var value = configuration[$"{Section}:{name}"];
        return string.IsNullOrEmpty(value)
            ? throw ActionFailure.SecretMissing(
                $"The secret '{name}' is not known here. An operator sets it as the configuration key {Section}:{name} "
                + $"(environment variable Pao__Secrets__{name}).")
            : value;
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,128}$", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();
}
