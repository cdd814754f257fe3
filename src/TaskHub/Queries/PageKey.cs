using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Grpc.Core;

namespace Pao.TaskHub.Queries;

/// <summary>Where a page ends: the sort keys of its last row, so that pages neither skip nor repeat rows.</summary>
internal sealed record PageKey(DateTimeOffset Time, string Id)
{
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            $"{Time.UtcTicks.ToString(CultureInfo.InvariantCulture)} {Id}"));

    /// <exception cref="RpcException"><c>InvalidArgument</c>: the token is not one that this hub gave.</exception>
    public static PageKey? Parse(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return null;

        if (Base64Url.IsValid(token)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split(' ', 2) is [var ticks, var id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value <= DateTimeOffset.MaxValue.Ticks
            && !id.Contains('\0', StringComparison.Ordinal))
            return new PageKey(new DateTimeOffset(value, TimeSpan.Zero), id);

        throw new RpcException(new Status(StatusCode.InvalidArgument, "The continuation token is not one of this hub's: start again without it."));
    }
}
