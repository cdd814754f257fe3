using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Pao.Api.Access.Sts;

/// <summary>How AWS is asked who calls; bound from <c>Pao:Access:Sts</c>. Without a <see cref="ServerId"/> nobody is let in so.</summary>
internal sealed partial class StsOptions
{
    public const string Section = "Pao:Access:Sts";

    /// <summary>
    /// The name of this service, which callers sign with their token, so that a token for another service is none here:
    /// <c>pao.example.com</c>.
    /// </summary>
    public string? ServerId { get; set; }

    /// <summary>
    /// Where tokens may be checked, such as <c>https://sts.eu-central-1.amazonaws.com</c>; without any, the region's own endpoint.
    /// </summary>
    public IList<Uri> Endpoints { get; } = [];

    /// <summary>How long AWS may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    internal IEnumerable<string> Problems()
    {
        if (ServerId is { } id && !ServerIds().IsMatch(id))
            yield return $"{Section}:ServerId must have 1 to 128 of the characters A-Z a-z 0-9 . : / _ -.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromSeconds(20))
            yield return $"{Section}:Timeout must be from 1 to 20 seconds.";
        foreach (var endpoint in Endpoints)
            if (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("https" or "http") || endpoint.UserInfo.Length > 0 || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0)
                yield return $"{Section}:Endpoints has '{endpoint}', which is no address such as https://sts.eu-central-1.amazonaws.com.";
    }

    [GeneratedRegex(@"^[A-Za-z0-9.:/_-]{1,128}\z")]
    private static partial Regex ServerIds();
}

internal sealed class StsOptionsValidator : IValidateOptions<StsOptions>
{
    public ValidateOptionsResult Validate(string? name, StsOptions options)
    {
        string[] problems = [.. options.Problems()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
