using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Pao.Api.Access.Trusted;

/// <summary>
/// A header in which a gateway in front of the service names the caller that it has let in; bound from
/// <c>Pao:Access:TrustedHeader</c>. Without a <see cref="Name"/> no header is believed.
/// </summary>
internal sealed partial class TrustedHeaderOptions
{
    public const string Section = "Pao:Access:TrustedHeader";

    public string? Name { get; set; }

    /// <summary>From where it is believed: the gateway's addresses, such as <c>10.20.0.0/24</c>.</summary>
    public IList<string> Networks { get; } = [];

    internal IEnumerable<string> Problems()
    {
        if (Name is null && Networks.Count == 0)
            yield break;
        if (Name is null || !Names().IsMatch(Name) || IsTaken(Name))
            yield return $"{Section}:Name must be the name of a header of its own, such as X-Caller-Identity.";
        if (Networks.Count == 0)
            yield return $"{Section}:Networks must name where the gateway calls from; else everybody could say who they are.";
        foreach (var network in Networks)
            if (!IPNetwork.TryParse(network, out _) && !IPAddress.TryParse(network, out _))
                yield return $"{Section}:Networks has '{network}', which is no address and no network such as 10.20.0.0/24.";
            else if (network.EndsWith("/0", StringComparison.Ordinal))
                yield return $"{Section}:Networks has '{network}', which is everybody.";
    }

    private static bool IsTaken(string name) =>
        name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase)
        || ((string[])["Authorization", "Host", "Cookie", "Content-Type", "Content-Length", "Idempotency-Key", "X-Correlation-Id"])
            .Contains(name, StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,64}\z")]
    private static partial Regex Names();
}

internal sealed class TrustedHeaderOptionsValidator(IConfiguration configuration) : IValidateOptions<TrustedHeaderOptions>
{
    /// <summary>ASP.NET Core's switch, an environment variable with ASPNETCORE_ before it: callers then say where they come from.</summary>
    private const string ForwardedHeaders = "FORWARDEDHEADERS_ENABLED";

    public ValidateOptionsResult Validate(string? name, TrustedHeaderOptions options)
    {
        string[] problems = [.. options.Problems(), .. Spoofed(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Spoofed(TrustedHeaderOptions options)
    {
        if (options.Name is not null && string.Equals(configuration[ForwardedHeaders], "true", StringComparison.OrdinalIgnoreCase))
            yield return $"{TrustedHeaderOptions.Section} cannot be used with ASPNETCORE_{ForwardedHeaders}: whoever sends X-Forwarded-For would be in {nameof(options.Networks)}.";
    }
}
