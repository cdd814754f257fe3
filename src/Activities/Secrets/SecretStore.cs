using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Pao.Catalog;

namespace Pao.Activities.Secrets;

/// <summary>The secrets that documents may name: configuration keys below <c>Pao:Secrets</c>.</summary>
internal sealed partial class SecretStore(IConfiguration configuration, IRequestSecrets? requestSecrets = null)
{
    public const string Section = "Pao:Secrets";

    /// <summary>Opens a scope for one call: it resolves references, remembers what it resolved, and masks it.</summary>
    public async Task<SecretScope> OpenAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var fields = References(execution.Config).Select(FieldSecrets.FieldOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return new(this, fields.Count == 0 ? [] : await RevealAsync(execution.RequestId, fields, cancellationToken));
    }

    /// <summary>The value of a secret, for a call that is about to be made.</summary>
    public string Reveal(string name)
    {
        // A colon would step into other sections of the configuration.
        if (!NamePattern().IsMatch(name))
            throw ActionFailure.SecretMissing($"'{name}' is not the name of a secret: letters, digits, '.', '_' and '-' only.");

        var value = configuration[$"{Section}:{name}"];
        return string.IsNullOrEmpty(value)
            ? throw ActionFailure.SecretMissing(
                $"The secret '{name}' is not known here. An operator sets it as the configuration key {Section}:{name} "
                + $"(environment variable Pao__Secrets__{name}).")
            : value;
    }

    /// <summary>The passwords of a request's fields, each under the name that references have for it.</summary>
    private async Task<Dictionary<string, string>> RevealAsync(
        Guid requestId, HashSet<string> fields, CancellationToken cancellationToken)
    {
        if (requestSecrets is null)
            throw ActionFailure.SecretMissing("Passwords of forms are not kept by this service.");

        try
        {
            var found = await requestSecrets.RevealAsync(requestId, cancellationToken);
            return fields.ToDictionary(
                FieldSecrets.NameOf,
                field => found.GetValueOrDefault(field)
                    ?? throw ActionFailure.SecretMissing($"The password of the field '{field}' is not kept any more."),
                StringComparer.Ordinal);
        }
        catch (SecretUnreadableException unreadable)
        {
            throw ActionFailure.SecretMissing(unreadable.Message);
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } reference when reference["$secret"] is JsonValue name => [name.GetValue<string>()],
        JsonObject members => members.SelectMany(member => References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    [GeneratedRegex("^[A-Za-z0-9._-]{1,128}$", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();
}
