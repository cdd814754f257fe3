using Google.Protobuf;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Turns;

/// <summary>
/// A turn as the store has it: its events as a <see cref="HistoryChunk"/>, and before them a mark when the turn set the
/// custom status. The status itself is in the instance's row; the mark says that it is this generation's own, so that a
/// later turn without a status clears it, where a generation that never set one keeps what it inherited.
/// </summary>
internal static class StoredTurn
{
    /// <summary>Field 100, which a HistoryChunk does not have, with the value true: who does not know it skips it.</summary>
    private static ReadOnlySpan<byte> StatusMark => [0xA0, 0x06, 0x01];

    public static byte[] Write(IEnumerable<HistoryEvent> events, bool setsStatus)
    {
        var chunk = new HistoryChunk();
        chunk.Events.AddRange(events);
        var mark = setsStatus ? StatusMark : [];
        var bytes = new byte[mark.Length + chunk.CalculateSize()];
        mark.CopyTo(bytes);
        chunk.WriteTo(bytes.AsSpan(mark.Length));
        return bytes;
    }

    public static HistoryChunk Read(byte[] turn)
    {
        var start = SetsStatus(turn) ? StatusMark.Length : 0;
        return HistoryChunk.Parser.ParseFrom(turn, start, turn.Length - start);
    }

    public static bool SetsStatus(byte[] turn) => turn.AsSpan().StartsWith(StatusMark);
}
