using System.IO.Enumeration;
using System.Net;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets.Stores;
using Pao.Catalog;

namespace Pao.Activities.Secrets.Access;

/// <summary>Judges which action may send which secret where: when a document is loaded, and again when it is carried out.</summary>
public sealed class SecretAccess
{
    private readonly SecretAccessOptions _options;
    private readonly SecretsOptions _stores;

    internal SecretAccess(IOptions<SecretAccessOptions> options, IOptions<SecretsOptions> stores) =>
        (_options, _stores) = (options.Value, stores.Value);

    /// <summary>Why a secret may not be used so; null when it may, as far as is known.</summary>
    public string? WhyRefused(SecretUse use)
    {
        if (SecretReference.Parse(use.Secret) is not { } secret)
            return $"'{use.Secret}' is not the name of a secret.";
        if (secret.Store is { } store && _stores.Stores.Count > 0 && !_stores.Stores.ContainsKey(store))
            return $"There is no secret store '{store}' ({SecretsOptions.Section}:Stores has {string.Join(", ", _stores.Stores.Keys)}).";

        var rules = _options.Rules.Values.Where(rule => AnyMatches(rule.Secrets, use.Secret)).ToArray();
        if (rules.Length is 0)
            return WhyUnlisted(use);

        var mine = rules.Where(rule => IsForItem(rule, use) && (rule.Actions.Count is 0 || AnyMatches(rule.Actions, use.ActionType))).ToArray();
        if (mine.Length is 0)
        {
            var team = use.Team is null ? "" : $" of the team '{use.Team}'";
            return $"The secret '{use.Secret}' is not for actions of type '{use.ActionType}' of the item '{use.Item}'{team}. "
                + $"An operator allows it in {SecretAccessOptions.Section}:Rules.";
        }

        return use.Target is null || mine.Any(rule => IsFor(rule.Hosts, use.Target))
            ? null
            : $"The secret '{use.Secret}' may not be sent to '{use.Target.Authority}'. An operator allows it in the Hosts of "
                + $"{SecretAccessOptions.Section}:Rules.";
    }

    internal SecretGrant GrantOf(ActionExecution execution, IEnumerable<string> secrets)
    {
        var grant = new SecretGrant(this, execution, [.. secrets]);
        grant.Check();
        return grant;
    }

    private string? WhyUnlisted(SecretUse use) => _options.Unlisted switch
    {
        UnlistedSecrets.Allow => null,
        UnlistedSecrets.ThisMachine when use.Target is null || IsThisMachine(use.Target) => null,
        UnlistedSecrets.ThisMachine =>
            $"No rule is for the secret '{use.Secret}', so that it may only be sent to this machine, not to '{use.Target?.Authority}'. "
            + $"An operator says where it may go in {SecretAccessOptions.Section}:Rules.",
        _ => $"No rule is for the secret '{use.Secret}'. An operator says who may use it in {SecretAccessOptions.Section}:Rules.",
    };

    private static bool IsForItem(SecretRule rule, SecretUse use) =>
        (rule.Items.Count is 0 && rule.Teams.Count is 0)
        || AnyMatches(rule.Items, use.Item)
        || (use.Team is { } team && AnyMatches(rule.Teams, team));

    private static bool IsFor(IEnumerable<string> hosts, Uri target) =>
        AnyMatches(hosts, target.IdnHost) || AnyMatches(hosts, $"{target.IdnHost}:{target.Port}");

    // By its spelling: a name would be looked up anew, and could be elsewhere then.
    private static bool IsThisMachine(Uri target) =>
        target.IdnHost is "localhost" || (IPAddress.TryParse(target.IdnHost, out var address) && IPAddress.IsLoopback(address));

    private static bool AnyMatches(IEnumerable<string> patterns, string text) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: true));
}

/// <summary>What one action may do with the secrets that its document names.</summary>
internal sealed class SecretGrant(SecretAccess access, ActionExecution execution, IReadOnlyCollection<string> secrets)
{
    /// <exception cref="ActionFailedException">It may not use one of them at all.</exception>
    public void Check()
    {
        // What is no name at all is told when it is looked for.
        foreach (var secret in secrets.Where(secret => SecretReference.Parse(secret) is not null))
            if (access.WhyRefused(Use(secret, target: null)) is { } reason)
                throw ActionFailure.SecretRefused(reason);
    }

    /// <summary>Why a secret may not be sent somewhere; null when it may, or when the document did not name it.</summary>
    public string? WhyNotTo(string secret, Uri target) => secrets.Contains(secret) ? access.WhyRefused(Use(secret, target)) : null;

    private SecretUse Use(string secret, Uri? target) =>
        new(secret, execution.Origin?.Item ?? "", execution.Origin?.Team, execution.Type, target);
}
