using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Pao.Sandbox.OAuth;

/// <summary>The tokens that were handed out. A client's latest is good until it runs out or is revoked.</summary>
internal sealed class TokenServer(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Client> _clients = new(StringComparer.Ordinal);

    public int IssuedTo(string client) => _clients.TryGetValue(client, out var known) ? known.Issued : 0;

    public (string Token, int ExpiresIn) Issue(string client)
    {
        var token = $"oat7.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}";
        var known = _clients.AddOrUpdate(
            client,
            _ => new Client(token, clock.GetUtcNow() + TimeSpan.FromHours(1), 3600, 1),
            (_, before) => before with
            {
                Token = token,
                Until = clock.GetUtcNow() + TimeSpan.FromSeconds(before.Life),
                Issued = before.Issued + 1,
            });
        return (token, known.Life);
    }

    /// <summary>Ends the client's token, whatever its time; the next ones live as long as is said.</summary>
    public void Revoke(string client, int life) => _clients.AddOrUpdate(
        client, _ => new Client("", default, life, 0), (_, before) => before with { Token = "", Until = default, Life = life });

    public bool IsGood(string token)
    {
        var now = clock.GetUtcNow();
        return token.Length > 0 && _clients.Values.Any(client => client.Token == token && now < client.Until);
    }

    private sealed record Client(string Token, DateTimeOffset Until, int Life, int Issued);
}
