using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Auditing;

/// <summary>
/// Which refusals of some time are told one by one, and which are counted. Each action has room of its own: however many are
/// provoked of one kind, the others are told.
/// </summary>
internal sealed class RefusalWindow
{
    private readonly Dictionary<Kind, Open> _open = [];
    private readonly Dictionary<string, int> _different = new(StringComparer.Ordinal);

    /// <summary>Whether the entry is the first of its kind, and told by itself; else it is counted.</summary>
    public bool IsTold(AuditEntry entry, DateTimeOffset now)
    {
        if (Repeats(Kind.Of(entry)))
            return false;

        var different = _different.GetValueOrDefault(entry.Action);
        if (different < FoldedEntries.MostDifferent)
        {
            _different[entry.Action] = different + 1;
            _open[Kind.Of(entry)] = new Open(entry, now);
            return true;
        }

        if (!Repeats(Kind.OfMany(entry)))
            _open[Kind.OfMany(entry)] = new Open(Many(entry), now) { Folded = 1 };
        return false;
    }

    /// <summary>What stands for those that were counted; the next window is empty.</summary>
    public IReadOnlyList<AuditEntry> End()
    {
        AuditEntry[] counted = [.. _open.Values.Where(open => open.Folded > 0).Select(open => open.ToEntry())];
        _open.Clear();
        _different.Clear();
        return counted;
    }

    private bool Repeats(Kind kind)
    {
        if (!_open.TryGetValue(kind, out var open))
            return false;
        open.Folded++;
        return true;
    }

    private static AuditEntry Many(AuditEntry entry) => new(
        new Origin("many", ActorKind.Unknown, address: null, userAgent: null, correlationId: null), entry.Action)
    {
        ErrorCode = entry.ErrorCode,
        Details = new JsonObject
        {
            ["reason"] = $"More than {FoldedEntries.MostDifferent} different callers or reasons within {FoldedEntries.Window.TotalSeconds:0} s.",
        },
    };

    private readonly record struct Kind(string Action, string? ErrorCode, string? Actor, string? Place, string? Reason)
    {
        public static Kind Of(AuditEntry entry) =>
            new(entry.Action, entry.ErrorCode, entry.Origin.Actor, PlaceOf(entry.Origin.Address), (string?)entry.Details?["reason"]);

        public static Kind OfMany(AuditEntry entry) => new(entry.Action, entry.ErrorCode, null, null, null);

        // Whoever has one address of IPv6 has its /64.
        private static string? PlaceOf(string? address) =>
            IPAddress.TryParse(address, out var parsed) && parsed is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false }
                ? Convert.ToHexString(parsed.GetAddressBytes().AsSpan(0, 8))
                : address;
    }

    private sealed record Open(AuditEntry Entry, DateTimeOffset Since)
    {
        public int Folded { get; set; }

        public AuditEntry ToEntry()
        {
            var details = (JsonObject?)Entry.Details?.DeepClone() ?? [];
            details["repeated_since"] = Since.ToString("O");
            return Entry with { Details = details, Folded = Folded };
        }
    }
}
