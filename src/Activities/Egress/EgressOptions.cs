using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Egress;

/// <summary>
/// What the service may call; bound from <c>Pao:Egress</c>. Without entries: public addresses, by https. An entry is a
/// host, a host with a port, <c>*.domain</c>, an address, or a network (<c>10.20.0.0/16</c>).
/// </summary>
public sealed class EgressOptions
{
    public const string Section = "Pao:Egress";

    /// <summary>Hosts and networks that may be called although their addresses are private or this machine's own.</summary>
    public IList<string> Allow { get; } = [];

    /// <summary>Hosts and networks that may be called by http, which anybody on the way can read and change.</summary>
    public IList<string> AllowHttp { get; } = [];

    /// <summary>How long a connection may take to be made.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After this time a connection is made anew, so that a name's new address is noticed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(2);
}

[OptionsValidator]
internal sealed partial class EgressOptionsValidator : IValidateOptions<EgressOptions>;

/// <summary>An entry that says nothing, or what is never allowed, stops the start.</summary>
internal sealed class EgressEntriesValidator : IValidateOptions<EgressOptions>
{
    public ValidateOptionsResult Validate(string? name, EgressOptions options)
    {
        string[] problems = [.. Problems(nameof(options.Allow), options.Allow), .. Problems(nameof(options.AllowHttp), options.AllowHttp)];
        return problems.Length is 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(string key, IEnumerable<string> entries) =>
        from entry in entries
        let problem = EgressRule.Parse(entry).Problem
        where problem is not null
        select $"{EgressOptions.Section}:{key} has the entry '{entry}', {problem}";
}
