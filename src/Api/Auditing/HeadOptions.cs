using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Api.Auditing;

/// <summary>Where signed heads of the audit's chain go, outside the database; bound from <c>Pao:Audit:Heads</c>.</summary>
internal sealed class HeadOptions
{
    public const string Section = "Pao:Audit:Heads";

    /// <summary>The folder of the files that heads are appended to. Unset: <c>audit-heads</c> in the data directory. Empty: none.</summary>
    public string? Directory { get; set; }

    /// <summary>Where each head is posted, too: an address of https at another system.</summary>
    [Url(ErrorMessage = "Pao:Audit:Heads:Url must be a URL.")]
    public string? Url { get; set; }

    /// <summary>How often.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Pao:Audit:Heads:Every must be from one second to ten minutes.")]
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The private key (ECDSA, P-256, in PEM) that signs. Unset: one that is made in the data directory.</summary>
    public string? SigningKey { get; set; }
}

[OptionsValidator]
internal sealed partial class HeadOptionsValidator : IValidateOptions<HeadOptions>;
