using System.Data.Common;
using System.Text;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Auditing;

/// <summary>
/// Writes entries together. What the database refuses together is halved until the one is found that it does not take, so that it
/// holds up no other; one that it has refused several times, while it took others, is set aside.
/// </summary>
internal sealed class WritingRound(Database database, IEnumerable<DueEntry> due)
{
    /// <summary>So often an entry is tried.</summary>
    public const int MostTries = 3;

    // Where more are refused, it is not for what is in them.
    private const int MostRefused = 16;

    private readonly Stack<DueEntry[]> _parts = new([[.. due]]);
    private readonly List<DueEntry> _refused = [];
    private bool _isAnyWritten;

    /// <summary>What the next round is to write: what was refused comes last.</summary>
    public IReadOnlyList<DueEntry> Left => [.. _parts.SelectMany(part => part), .. _refused];

    /// <summary>What is given up.</summary>
    public IReadOnlyList<DueEntry> SetAside { get; private set; } = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (_parts.TryPeek(out var part))
        {
            try
            {
                await WriteAsync(part, cancellationToken);
                _parts.Pop();
                _isAnyWritten = true;
            }
            catch (Exception e) when (e is DbException or EncoderFallbackException)
            {
                var isAlone = part.Length == 1 && _parts.Count == 1 && !_isAnyWritten;
                if (isAlone || _refused.Count == MostRefused || await database.WhyUnusableAsync(cancellationToken) is not null)
                    throw;
                Divide(_parts.Pop());
            }
        }

        foreach (var one in _refused)
            one.Tries++;
        SetAside = [.. _refused.Where(one => one.Tries >= MostTries)];
        _refused.RemoveAll(SetAside.Contains);
    }

    private Task<bool> WriteAsync(DueEntry[] part, CancellationToken cancellationToken) => database.WriteAsync(async transaction =>
    {
        await transaction.ExecuteAsync(AuditLog.Insert, part, (p, one) => AuditLog.Bind(p, one.Entry, one.At), cancellationToken);
        return true;
    }, cancellationToken);

    private void Divide(DueEntry[] part)
    {
        if (part.Length == 1)
        {
            _refused.Add(part[0]);
            return;
        }

        var half = part.Length / 2;
        _parts.Push(part[half..]);
        _parts.Push(part[..half]);
    }
}

/// <summary>An entry that is not written yet.</summary>
internal sealed class DueEntry(AuditEntry entry, DateTimeOffset at)
{
    public AuditEntry Entry => entry;

    /// <summary>When what it tells of was.</summary>
    public DateTimeOffset At => at;

    /// <summary>How often the database refused it while it took others.</summary>
    public int Tries { get; set; }
}
