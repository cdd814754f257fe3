using System.Diagnostics.Metrics;
using Pao.TaskHub.Nodes;

namespace Pao.TaskHub.Metrics;

/// <summary>
/// What the hub tells of itself, as the meter <c>Pao.TaskHub</c>; each measurement has the tag <c>hub</c>. Instruments that
/// nobody listens to cost next to nothing.
/// </summary>
internal sealed class TaskHubMetrics : IDisposable
{
    public const string MeterName = "Pao.TaskHub";

    private readonly KeyValuePair<string, object?> _hub;
    private readonly Meter _meter;
    private readonly bool _isOwn;
    private readonly Histogram<double> _turns;
    private readonly Histogram<double> _activities;
    private readonly Histogram<double> _commits;
    private readonly Histogram<int> _units;
    private readonly Counter<long> _leaseLosses;
    private readonly Counter<long> _takenOver;
    private readonly Counter<long> _setAside;
    private readonly Counter<long> _abandoned;
    private readonly Counter<long> _purged;
    private readonly Counter<long> _workersLost;

    /// <param name="meters">Where meters come from; null for one that only this hub knows.</param>
    /// <param name="hub">The hub's name.</param>
    public TaskHubMetrics(IMeterFactory? meters, string hub)
    {
        _hub = new("hub", hub);
        _isOwn = meters is null;
        _meter = meters?.Create(new MeterOptions(MeterName)) ?? new Meter(MeterName);
        _turns = _meter.CreateHistogram<double>("pao.taskhub.turn.duration", "s", "A turn from its hand-over to a worker until its commit.");
        _activities = _meter.CreateHistogram<double>("pao.taskhub.activity.duration", "s", "An activity from its hand-over to a worker until its end is committed.");
        _commits = _meter.CreateHistogram<double>("pao.taskhub.commit.duration", "s", "One commit of the hub's store.");
        _units = _meter.CreateHistogram<int>("pao.taskhub.commit.units", "{unit}", "Units (turns, messages, ends of activities) of one commit.");
        _leaseLosses = _meter.CreateCounter<long>("pao.taskhub.lease.losses", "{loss}", "How often the node dropped what it had in memory and rejoined.");
        _takenOver = _meter.CreateCounter<long>("pao.taskhub.instances.taken_over", "{instance}", "Instances taken from nodes that are gone.");
        _setAside = _meter.CreateCounter<long>("pao.taskhub.set_aside", "{item}", "Instances and activities (tag kind) set aside as poison.");
        _abandoned = _meter.CreateCounter<long>("pao.taskhub.abandoned", "{item}", "Turns and activities (tag kind) that workers gave back.");
        _workersLost = _meter.CreateCounter<long>("pao.taskhub.workers.lost", "{worker}", "Remote workers whose connection broke while they had work in hand.");
        _purged = _meter.CreateCounter<long>("pao.taskhub.retention.purged", "{instance}", "Ended instances removed because their time was over.");
    }

    /// <summary>Adds the instruments that are read from the node when somebody asks.</summary>
    public void Observe(Node node)
    {
        Gauge("pao.taskhub.turns.waiting", "{turn}", "Turns that wait for a worker.", () => node.Dispatcher.WaitingTurns);
        Gauge("pao.taskhub.turns.running", "{turn}", "Turns in workers' hands.", () => node.Turns.Running);
        Gauge("pao.taskhub.activities.waiting", "{activity}", "Activities that wait here for a worker.", () => node.Dispatcher.WaitingActivities);
        Gauge("pao.taskhub.activities.running", "{activity}", "Activities in workers' hands.", () => node.Dispatcher.Running.Count);
        Gauge("pao.taskhub.messages.waiting", "{message}", "Messages in memory that no turn has consumed.", () => node.WaitingMessages);
        Gauge("pao.taskhub.residents", "{instance}", "Instances in memory.", () => node.Residents.Count);
        Gauge("pao.taskhub.resident.bytes", "By", "Bytes of history in memory.", () => node.Residents.Bytes);
        Gauge("pao.taskhub.suspects.waiting", "{item}", "Instances, turns and activities that wait to be tried alone.", () => node.Suspects.Waiting + node.Isolation.Waiting);
        Gauge("pao.taskhub.waiting.oldest", "s", "How long the longest waiting turn or activity has waited.", () => node.Dispatcher.OldestWait.TotalSeconds);

        void Gauge<T>(string name, string unit, string description, Func<T> read)
            where T : struct
        {
            _meter.CreateObservableGauge(name, Measure, unit, description);

            Measurement<T> Measure()
            {
                lock (node.Gate)
                    return new Measurement<T>(read(), _hub);
            }
        }
    }

    public void TurnCommitted(TimeSpan time) => _turns.Record(time.TotalSeconds, _hub);

    public void ActivityEnded(TimeSpan time) => _activities.Record(time.TotalSeconds, _hub);

    public void Committed(int units, TimeSpan time)
    {
        _commits.Record(time.TotalSeconds, _hub);
        _units.Record(units, _hub);
    }

    public void LeaseLost() => _leaseLosses.Add(1, _hub);

    public void TakenOver(int instances) => _takenOver.Add(instances, _hub);

    public void InstanceSetAside() => _setAside.Add(1, _hub, new("kind", "instance"));

    public void ActivitySetAside() => _setAside.Add(1, _hub, new("kind", "activity"));

    public void TurnAbandoned() => _abandoned.Add(1, _hub, new("kind", "turn"));

    public void ActivityAbandoned() => _abandoned.Add(1, _hub, new("kind", "activity"));

    public void WorkerLost() => _workersLost.Add(1, _hub);

    public void Purged(int instances) => _purged.Add(instances, _hub);

    /// <summary>A factory's meter is the factory's to dispose.</summary>
    public void Dispose()
    {
        if (_isOwn)
            _meter.Dispose();
    }
}
