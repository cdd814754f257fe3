using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Pao.Sandbox.Vault;

/// <summary>What a Vault keeps: secrets by namespace and path, tokens with their time.</summary>
internal sealed class VaultServer(TimeProvider clock)
{
    public const string RootToken = "sandbox-root-token";

    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, bool IsRenewable)> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Namespace, string Path), JsonObject> _secrets = new();
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<int> _faults = new();

    /// <summary>How long tokens live from now on.</summary>
    public int Life { get; set; } = 3600;

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public void Count(string what) => _counts.AddOrUpdate(what, 1, (_, before) => before + 1);

    public void Put(string space, string path, JsonObject values) => _secrets[(space, path)] = values;

    public JsonObject? Find(string space, string path) => _secrets.GetValueOrDefault((space, path));

    public void FailNext(int status, int times)
    {
        for (var n = 0; n < times; n++)
            _faults.Enqueue(status);
    }

    public int? NextFault() => _faults.TryDequeue(out var status) ? status : null;

    public string Issue()
    {
        var token = $"hvs.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        _tokens[token] = (clock.GetUtcNow() + TimeSpan.FromSeconds(Life), IsRenewable: true);
        return token;
    }

    public void Adopt(string token, bool isRenewable) => _tokens[token] = (clock.GetUtcNow() + TimeSpan.FromSeconds(Life), isRenewable);

    public void RevokeAll() => _tokens.Clear();

    public bool IsGood(string token) => token is RootToken || (_tokens.TryGetValue(token, out var known) && clock.GetUtcNow() < known.Until);

    /// <returns>Seconds that it lives on, and whether it can be renewed; null when it is not good.</returns>
    public (int Left, bool IsRenewable)? Look(string token) => token is RootToken
        ? (0, false)
        : IsGood(token) && _tokens.TryGetValue(token, out var known) ? ((int)(known.Until - clock.GetUtcNow()).TotalSeconds, known.IsRenewable) : null;

    public bool Renew(string token)
    {
        if (Look(token) is not { IsRenewable: true })
            return false;

        Adopt(token, isRenewable: true);
        return true;
    }
}
