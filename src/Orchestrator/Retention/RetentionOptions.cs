using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Orchestrator.Retention;

/// <summary>How long requests are kept; bound from <c>Pao:Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Pao:Retention";

    /// <summary>
    /// How long a request is kept after it was completed, aborted or cancelled, with its actions, its log and its idempotency
    /// key; one that waits for a person is kept. Unset: for ever. The audit keeps its entries.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan? Requests { get; set; }
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
