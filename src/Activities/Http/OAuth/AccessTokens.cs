using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets;

namespace Pao.Activities.Http.OAuth;

/// <summary>
/// Tokens by client credentials, each kept until shortly before it runs out. Whoever needs the same one at the same time
/// waits for one request, and shares its failure.
/// </summary>
internal sealed class AccessTokens(OutgoingHttp http, IOptions<ActivitiesOptions> options, TimeProvider clock)
{
    private const int Capacity = 256;

    private readonly ConcurrentDictionary<string, SharedFetch<AccessToken>> _slots = new(StringComparer.Ordinal);

    /// <summary>A good token; another one than was refused, where somebody has not asked for it since.</summary>
    public async Task<AccessToken> GetAsync(
        ClientCredentials credentials, AccessToken? refused, SecretScope secrets, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(credentials.Fingerprint, _ => new SharedFetch<AccessToken>());
        var token = await slot.GetAsync(
            known => !ReferenceEquals(known, refused) && clock.GetUtcNow() < known.UsedUntil,
            _ => AskAsync(credentials, secrets),
            cancellationToken);
        secrets.Protect(token.Value);
        Trim();
        return token;
    }

    // Not ended with the caller that happened to begin it: others wait for it too.
    private async Task<AccessToken> AskAsync(ClientCredentials credentials, SecretScope secrets)
    {
        var asked = clock.GetUtcNow();
        using var request = credentials.ToRequest(secrets);
        try
        {
            var answer = await http.SendAsync(request, options.Value.DefaultTimeout, secrets, CancellationToken.None);
            return AccessToken.Read(request, answer, asked, secrets);
        }
        catch (ActionFailedException failure)
        {
            // Nothing but a token was asked for.
            throw failure.With(ActionEffect.None);
        }
    }

    private void Trim()
    {
        if (_slots.Count <= Capacity)
            return;

        var now = clock.GetUtcNow();
        foreach (var (fingerprint, _) in _slots.OrderBy(slot => slot.Value.Known?.UsedUntil ?? now).Take(_slots.Count - Capacity))
            _slots.TryRemove(fingerprint, out _);
    }
}
