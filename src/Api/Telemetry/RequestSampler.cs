using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Pao.Api.Telemetry;

/// <summary>
/// Who began a trace has decided about it. Of those that begin here a share is recorded, and none that begins with a call to
/// another system: probes and fetches of the catalog are nobody's request.
/// </summary>
internal sealed class RequestSampler(double ratio) : Sampler
{
    private readonly TraceIdRatioBasedSampler _share = new(ratio);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        if (samplingParameters.ParentContext.TraceId != default)
            return new((samplingParameters.ParentContext.TraceFlags & ActivityTraceFlags.Recorded) != 0);

        return samplingParameters.Kind is ActivityKind.Client ? new(false) : _share.ShouldSample(samplingParameters);
    }
}
