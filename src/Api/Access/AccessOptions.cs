using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Pao.Api.Access;

/// <summary>Who is let in; bound from <c>Pao:Access</c>.</summary>
internal sealed partial class AccessOptions
{
    public const string Section = "Pao:Access";

    /// <summary>
    /// Whether the service may listen beyond loopback, and takes the access key from there. The key is then all that
    /// stands between the network and the service.
    /// </summary>
    public bool AllowNonLoopback { get; set; }

    /// <summary>
    /// Whether the access key in the data directory lets anybody in. Off where everybody signs, or calls by way of AWS or a
    /// gateway: then nothing that is shown can be shown again by somebody else.
    /// </summary>
    public bool TakesAccessKey { get; set; } = true;

    /// <summary>The first administrator's key pair, where all processes are to have the same; else it is in a file.</summary>
    public FirstKeyOptions FirstKey { get; } = new();

    internal IEnumerable<string> Problems()
    {
        if (FirstKey is { Id: null, Secret: null })
            yield break;
        if (FirstKey.Id is not { } id || !KeyIds().IsMatch(id))
            yield return $"{Section}:FirstKey:Id must have 16 to 128 of the characters A-Z and 0-9.";
        if (FirstKey.Secret is not { Length: >= FirstKeyOptions.ShortestSecret })
            yield return $"{Section}:FirstKey:Secret must have at least {FirstKeyOptions.ShortestSecret} characters.";
    }

    [GeneratedRegex(@"^[A-Z0-9]{16,128}\z")]
    private static partial Regex KeyIds();
}

/// <summary>A key pair from a secret store, by way of the configuration.</summary>
internal sealed class FirstKeyOptions
{
    public const int ShortestSecret = 32;

    public string? Id { get; set; }

    public string? Secret { get; set; }
}

internal sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        string[] problems = [.. options.Problems()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
