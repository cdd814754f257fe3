using System.Diagnostics;
using OpenTelemetry;
using Pao.Activities.Secrets;

namespace Pao.Api.Telemetry;

/// <summary>Masks every secret that was resolved in this process in what a span says, before it is sent.</summary>
internal sealed class RedactedSpans(Redactor redactor) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (var (name, value) in data.TagObjects.ToArray())
            if (value is string text && redactor.Mask(text) is var masked && !ReferenceEquals(masked, text))
                data.SetTag(name, masked);

        if (data.StatusDescription is { } description)
            data.SetStatus(data.Status, redactor.Mask(description));
    }
}
