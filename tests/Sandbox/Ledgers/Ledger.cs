using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Pao.Sandbox.Ledgers;

/// <summary>
/// Every call, in order. It is the judge of tests: the effect of a key happens once, whatever is killed and repeated.
/// With <c>--ledger FILE</c> each entry is also a line of that file.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<LedgerEntry> _entries = [];
    private readonly Dictionary<string, (Call Call, Answer Answer)> _effects = [];
    private readonly TimeProvider _clock;
    private readonly JsonSerializerOptions _json;
    private readonly StreamWriter? _file;

    public Ledger(IConfiguration configuration, TimeProvider clock, IOptions<JsonOptions> json)
    {
        _clock = clock;
        _json = json.Value.SerializerOptions;
        if (configuration["ledger"] is { Length: > 0 } path)
            _file = new StreamWriter(path, append: true) { AutoFlush = true };
    }

    /// <summary>Makes the effect of a call, once per idempotency key.</summary>
    public Answer Perform(Call call, Func<Answer> effect)
    {
        lock (_gate)
        {
            if (call.Key is not null && _effects.TryGetValue(call.Key, out var first))
            {
                var same = first.Call.BodySha256 == call.BodySha256 && first.Call.Path == call.Path
                    && first.Call.Method == call.Method;
                return same
                    ? Write(call, Outcome.Repeat, first.Answer)
                    : Write(call, Outcome.Conflict, Answer.Error(422, "the idempotency key was used for another call"));
            }

            var answer = effect();
            if (answer.Status is < 200 or >= 300)
                return Write(call, Outcome.Refused, answer);

            if (call.Key is not null)
                _effects[call.Key] = (call, answer);
            return Write(call, Outcome.Effect, answer);
        }
    }

    /// <summary>Whether the call's effect happened before.</summary>
    public bool Knows(Call call)
    {
        lock (_gate)
            return call.Key is not null && _effects.ContainsKey(call.Key);
    }

    /// <summary>Notes a call that has no effect.</summary>
    public Answer Note(Call call, Outcome outcome, Answer answer)
    {
        lock (_gate)
            return Write(call, outcome, answer);
    }

    /// <summary>Notes a call that is answered in another way than by an <see cref="Answer"/>.</summary>
    public void Note(Call call, Outcome outcome, int status)
    {
        lock (_gate)
            Write(call, outcome, status);
    }

    public IReadOnlyList<LedgerEntry> Read()
    {
        lock (_gate)
            return [.. _entries];
    }

    public void Dispose() => _file?.Dispose();

    private Answer Write(Call call, Outcome outcome, Answer answer)
    {
        Write(call, outcome, answer.Status);
        return answer;
    }

    private void Write(Call call, Outcome outcome, int status)
    {
        var entry = new LedgerEntry(call.Key, call.Method, call.Path, call.BodySha256, outcome, status, _clock.GetUtcNow(), call.TraceParent);
        _entries.Add(entry);
        _file?.WriteLine(JsonSerializer.Serialize(entry, _json));
    }
}
