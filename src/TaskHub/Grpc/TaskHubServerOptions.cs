using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Pao.TaskHub.Grpc;

/// <summary>How the hub is served to workers and clients in other processes; bound from <c>Pao:TaskHub:Server</c>.</summary>
public sealed class TaskHubServerOptions
{
    public const string Section = "Pao:TaskHub:Server";

    /// <summary>
    /// Where to listen, several separated by <c>;</c>: <c>http</c> (HTTP/2 without TLS) on a loopback address, or
    /// <c>https</c> with a certificate. Port 0 takes a free one.
    /// </summary>
    [Required, RegularExpression("^https?://[^;]+(;https?://[^;]+)*$", ErrorMessage = "Pao:TaskHub:Server:Urls is one or more addresses such as http://127.0.0.1:4001, separated by ';'.")]
    public string Urls { get; set; } = "http://127.0.0.1:4001";

    /// <summary>A PEM file with the certificate and those that sign it, for <c>https</c>.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>A PEM file with the certificate's private key, when it is not in <see cref="CertificatePath"/>.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>
    /// Whether a caller without a token is refused even on this machine. A caller from elsewhere always needs one.
    /// </summary>
    public bool RequireToken { get; set; }

    /// <summary>Who may do what on the hub that is named in <c>Pao:TaskHub:Name</c>.</summary>
    public HubAccessOptions Access { get; set; } = new();

    /// <summary>More hubs on the same database, by the name that callers give as <c>taskhub</c>.</summary>
    public Dictionary<string, HubAccessOptions> Hubs { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Bytes of one message, in both directions. Larger ones are refused with ResourceExhausted.</summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaxMessageBytes { get; set; } = 64 * 1024 * 1024;
}

/// <summary>The tokens of one hub. A token is at least 32 characters; it is compared in constant time and never logged.</summary>
public sealed class HubAccessOptions
{
    /// <summary>Gives every right: clients, orchestrators, and the names that the host reserves.</summary>
    public string? Token { get; set; }

    /// <summary>Gives the right to run activities whose names are not reserved, and nothing else.</summary>
    public string? ActivityToken { get; set; }

    /// <summary>
    /// Names of orchestrators and activities that only a holder of <see cref="Token"/> runs. While there are any, a caller
    /// on this machine without a token has the rights of <see cref="ActivityToken"/>; otherwise every right.
    /// </summary>
    public ISet<string> ReservedNames { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}

[OptionsValidator]
internal sealed partial class TaskHubServerOptionsAnnotations : IValidateOptions<TaskHubServerOptions>;

/// <summary>What attributes cannot say.</summary>
internal sealed partial class TaskHubServerOptionsValidator : IValidateOptions<TaskHubServerOptions>
{
    private const int ShortestToken = 32;

    public ValidateOptionsResult Validate(string? name, TaskHubServerOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(TaskHubServerOptions options)
    {
        var hubs = options.Hubs.Select(hub => (Key: $"Hubs:{hub.Key}", Access: hub.Value)).Prepend(("Access", options.Access)).ToList();
        foreach (var (key, access) in hubs)
        {
            if (access.Token is { Length: < ShortestToken })
                yield return $"{TaskHubServerOptions.Section}:{key}:Token is shorter than {ShortestToken} characters.";
            if (access.ActivityToken is { Length: < ShortestToken })
                yield return $"{TaskHubServerOptions.Section}:{key}:ActivityToken is shorter than {ShortestToken} characters.";
        }

        foreach (var hub in options.Hubs.Keys.Where(hub => !HubName().IsMatch(hub)))
            yield return $"{TaskHubServerOptions.Section}:Hubs: '{hub}' is no name for a task hub: 1 to 45 letters, digits and dashes, a letter first.";

        foreach (var text in options.Urls.Split(';'))
        {
            if (ListenAddress.Parse(text) is not { } address)
            {
                yield return $"{TaskHubServerOptions.Section}:Urls: '{text}' is not an address such as http://127.0.0.1:4001; a host is an IP address, localhost or *.";
                continue;
            }

            if (address.IsTls && string.IsNullOrEmpty(options.CertificatePath))
                yield return $"{TaskHubServerOptions.Section}:Urls: '{text}' needs a certificate: set {TaskHubServerOptions.Section}:CertificatePath.";
            if (!address.IsLoopback && (!address.IsTls || hubs.Any(hub => hub.Access.Token is null)))
                yield return $"{TaskHubServerOptions.Section}:Urls: '{text}' can be reached from other machines. "
                    + $"That takes https and a token for each hub ({TaskHubServerOptions.Section}:Access:Token); without them listen on 127.0.0.1.";
        }
    }

    [GeneratedRegex(TaskHubOptions.NamePattern)]
    private static partial Regex HubName();
}
