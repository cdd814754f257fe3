using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Activities;

/// <summary>Limits of every call to another system; bound from <c>Pao:Activities</c>.</summary>
public sealed class ActivitiesOptions
{
    public const string Section = "Pao:Activities";

    /// <summary>How long one attempt may take when the action does not say.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan DefaultTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest response body that is read; a larger one fails the action.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxResponseBytes { get; set; } = 1024 * 1024;
}

[OptionsValidator]
internal sealed partial class ActivitiesOptionsValidator : IValidateOptions<ActivitiesOptions>;
