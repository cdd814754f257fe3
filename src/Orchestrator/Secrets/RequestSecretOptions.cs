using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Orchestrator.Secrets;

/// <summary>How the passwords of requests are kept; bound from <c>Pao:RequestSecrets</c>.</summary>
/// <remarks>Not below <c>Pao:Secrets</c>: what stands there can be named by documents.</remarks>
public sealed class RequestSecretOptions : IValidatableObject
{
    public const string Section = "Pao:RequestSecrets";

    /// <summary>
    /// 32 bytes in base64, or as 64 hexadecimal digits; the same in every process that takes or fulfils requests. Unset:
    /// the host's own key file.
    /// </summary>
    public string? Key { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Key is { Length: > 0 } key && SecretCipher.Parse(key) is null)
            yield return new ValidationResult(
                $"{Section}:Key must be 32 bytes in base64, or 64 hexadecimal digits.", [nameof(Key)]);
    }
}

[OptionsValidator]
internal sealed partial class RequestSecretOptionsValidator : IValidateOptions<RequestSecretOptions>;
