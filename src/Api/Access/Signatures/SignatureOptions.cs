using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Api.Access.Signatures;

/// <summary>How calls are signed; bound from <c>Pao:Access:Signatures</c>.</summary>
internal sealed class SignatureOptions
{
    public const string Section = "Pao:Access:Signatures";

    /// <summary>The region that signers name.</summary>
    [Required]
    [RegularExpression("^[a-z0-9-]{1,64}$")]
    public string Region { get; set; } = "us-east-1";

    /// <summary>The service that signers name.</summary>
    [Required]
    [RegularExpression("^[a-z0-9-]{1,64}$")]
    public string Service { get; set; } = "pao";

    /// <summary>How far a signature's time may be from this machine's.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:15:00")]
    public TimeSpan ClockWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a presigned address may be good for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan LongestLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether a call may leave its body out of the signature (<c>UNSIGNED-PAYLOAD</c>).</summary>
    public bool AllowUnsignedPayload { get; set; }
}

[OptionsValidator]
internal sealed partial class SignatureOptionsValidator : IValidateOptions<SignatureOptions>;
