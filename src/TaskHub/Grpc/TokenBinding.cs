using System.Security.Cryptography;
using System.Text;
using Grpc.Core;

namespace Pao.TaskHub.Grpc;

/// <summary>
/// Binds the completion tokens that leave the process to the hub, the worker and the rights that they were given to, so
/// that one that leaks is of no use to anybody else. What is bound is a MAC; nothing is kept.
/// </summary>
internal sealed class TokenBinding
{
    private const int MacBytes = 16;
    private const char Separator = '.';

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public string Bind(string token, Caller caller) => token + Separator + Mac(token, caller);

    /// <summary>The token as the hub knows it.</summary>
    /// <exception cref="RpcException">NotFound: it is not a token that this caller was given.</exception>
    public string Unbind(string bound, Caller caller)
    {
        var end = bound.LastIndexOf(Separator);
        if (end > 0)
        {
            var token = bound[..end];
            var shown = Encoding.ASCII.GetBytes(bound[(end + 1)..]);
            if (CryptographicOperations.FixedTimeEquals(shown, Encoding.ASCII.GetBytes(Mac(token, caller))))
                return token;
        }

        throw new RpcException(new Status(
            StatusCode.NotFound, "The completion token is not one that this worker was given by this hub."));
    }

    private string Mac(string token, Caller caller)
    {
        var text = $"{token}\n{caller.Hub.Name}\n{caller.Rights}\n{caller.WorkerId}";
        return Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)).AsSpan(0, MacBytes));
    }
}
