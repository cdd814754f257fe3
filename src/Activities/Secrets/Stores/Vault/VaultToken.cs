using System.Text.Json.Nodes;

namespace Pao.Activities.Secrets.Stores.Vault;

/// <summary>A token and when to renew it. A class and no record: its text would show it.</summary>
internal sealed class VaultToken(string value, DateTimeOffset renewAt, bool isRenewable)
{
    public string Value => value;

    public DateTimeOffset RenewAt => renewAt;

    public bool IsRenewable => isRenewable;

    /// <param name="value">The token.</param>
    /// <param name="answer">What Vault says of it.</param>
    /// <param name="life">Where the answer says how long it lives, in seconds; 0 is for ever.</param>
    /// <param name="clock">Tells the time.</param>
    public static VaultToken Of(string value, JsonObject answer, string life, TimeProvider clock)
    {
        var seconds = answer[life] is JsonValue given && given.TryGetValue<double>(out var number) ? number : 0;
        var renewAt = seconds > 0 ? clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(seconds, 1e8) * 2 / 3) : DateTimeOffset.MaxValue;
        return new VaultToken(value, renewAt, answer["renewable"] is JsonValue renewable && renewable.TryGetValue<bool>(out var can) && can);
    }
}
