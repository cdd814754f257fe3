using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>What an operator says of this installation, for templates to read.</summary>
public sealed class SystemOptions
{
    public const string Section = "Pao:System";

    /// <summary>Where it runs: <c>system.region</c>.</summary>
    [Required(ErrorMessage = "Pao:System:Region must not be empty.")]
    public string Region { get; set; } = "local";
}

[OptionsValidator]
internal sealed partial class SystemOptionsValidator : IValidateOptions<SystemOptions>;
