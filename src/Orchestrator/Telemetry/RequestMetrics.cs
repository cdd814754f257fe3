using System.Diagnostics.Metrics;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Telemetry;

/// <summary>
/// What became of requests and actions, as the meter <c>Pao.Requests</c>. It counts what this process has committed: each
/// transition is committed by one process, so the sum over all processes is each of them once.
/// </summary>
internal sealed class RequestMetrics : IDisposable
{
    public const string MeterName = "Pao.Requests";
    public const string RequestDuration = "pao.request.duration";
    public const string ActionDuration = "pao.action.duration";
    public const int MostItems = 100;
    public const int MostTeams = 50;

    private const int MostReasons = 50;
    private const int MostTypes = 20;

    /// <summary>From a webhook that takes a moment to a ticket that takes weeks.</summary>
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400, 259_200, 604_800, 2_592_000],
    };

    private readonly Meter _meter;
    private readonly bool _isOwn;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestTimes;
    private readonly Histogram<double> _actionTimes;
    private readonly Counter<long> _failures;
    private readonly BoundedLabels _items = new(MostItems);
    private readonly BoundedLabels _teams = new(MostTeams);
    private readonly BoundedLabels _types = new(MostTypes);
    private readonly BoundedLabels _reasons = new(MostReasons);

    /// <param name="meters">Where meters come from; null for one that nobody else knows.</param>
    public RequestMetrics(IMeterFactory? meters = null)
    {
        _isOwn = meters is null;
        _meter = meters?.Create(new MeterOptions(MeterName)) ?? new Meter(MeterName);
        _requests = _meter.CreateCounter<long>("pao.requests", "{request}", "Requests that entered a status, by this process.");
        _requestTimes = _meter.CreateHistogram(
            RequestDuration, "s", "From the submission of a request to its end, by the status that ended it.", tags: null, Buckets);
        _actionTimes = _meter.CreateHistogram(
            ActionDuration, "s", "From the first attempt at an action to its end, with all that it waited for.", tags: null, Buckets);
        _failures = _meter.CreateCounter<long>("pao.action.failures", "{failure}", "Attempts at actions that failed, by the failure's code.");
    }

    public void Submitted(string item, string? team) => Entered(RequestStatus.Submitted, item, team);

    public void Moved(MovedRequest request, RequestStatus to, DateTimeOffset now)
    {
        Entered(to, request.Item, request.Team);
        if (to.IsFinal())
            _requestTimes.Record(
                Seconds(request.SubmittedAt, now), new("status", to.ToText()), new("catalog_item", _items.Of(request.Item)));
    }

    public void ActionCompleted(EndedAction action, DateTimeOffset now) => ActionEnded(action, "completed", now);

    /// <summary>It is over, or stops its request for a person's decision.</summary>
    public void ActionFailed(EndedAction action, DateTimeOffset now) => ActionEnded(action, "failed", now);

    public void AttemptFailed(string type, string code) =>
        _failures.Add(1, new("type", _types.Of(type)), new("reason", _reasons.Of(code)));

    public void Dispose()
    {
        if (_isOwn)
            _meter.Dispose();
    }

    private void Entered(RequestStatus status, string item, string? team) => _requests.Add(
        1, new("status", status.ToText()), new("catalog_item", _items.Of(item)), new("team", _teams.Of(team)));

    private void ActionEnded(EndedAction action, string outcome, DateTimeOffset now)
    {
        if (action.StartedAt is { } startedAt)
            _actionTimes.Record(Seconds(startedAt, now), new("type", _types.Of(action.Type)), new("outcome", outcome));
    }

    // The clocks of two processes may differ by more than a short action takes.
    private static double Seconds(DateTimeOffset from, DateTimeOffset to) => Math.Max(0, (to - from).TotalSeconds);
}

/// <summary>A request whose status has changed, as its row tells it.</summary>
internal sealed record MovedRequest(string Item, string? Team, DateTimeOffset SubmittedAt)
{
    public static MovedRequest Read(Row row) => new(row.Text("catalog_item_id"), row.TextOrNull("team"), row.Time("created_at"));
}

/// <summary>An action that has ended; nothing is known of its time when no attempt was begun.</summary>
internal sealed record EndedAction(string Type, DateTimeOffset? StartedAt)
{
    public static EndedAction Read(Row row) => new(row.Text("action_type"), row.TimeOrNull("started_at"));
}
