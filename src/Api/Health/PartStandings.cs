namespace Pao.Api.Health;

/// <summary>Since when each part stands as it does: as it was seen, by whoever looked first.</summary>
internal sealed partial class PartStandings(TimeProvider time, ILogger<PartStandings> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (bool IsUp, DateTimeOffset Since)> _known = [];

    public PartBody Note(string part, PartCheck check)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(part, out var known) || known.IsUp != check.IsUp)
            {
                if (!check.IsUp)
                    Log.Down(logger, part, check.Reason);
                else if (_known.ContainsKey(part))
                    Log.UpAgain(logger, part, known.Since);
                _known[part] = known = (check.IsUp, time.GetUtcNow());
            }

            return new PartBody(
                part, check.IsUp ? HealthBody.Up : HealthBody.Down, known.Since, check.Latency?.TotalMilliseconds, check.Reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The part {Part} of this process is down: {Reason}")]
        public static partial void Down(ILogger logger, string part, string? reason);

        [LoggerMessage(2, LogLevel.Information, "The part {Part} of this process is up again; it was down since {Since:O}.")]
        public static partial void UpAgain(ILogger logger, string part, DateTimeOffset since);
    }
}
