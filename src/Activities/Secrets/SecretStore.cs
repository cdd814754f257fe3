using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Pao.Activities.Secrets.Access;
using Pao.Activities.Secrets.Stores;
using Pao.Catalog;

namespace Pao.Activities.Secrets;

/// <summary>
/// The secrets that documents may name: configuration keys below <c>Pao:Secrets</c>, and what is in the stores that an
/// operator configured.
/// </summary>
internal sealed class SecretStore(
    IConfiguration configuration, SecretStores stores, SecretAccess access, Redactor redactor, IRequestSecrets? requestSecrets = null)
{
    public const string Section = SecretsOptions.Section;

    /// <summary>Opens a scope for one call: it resolves references, remembers what it resolved, and masks it.</summary>
    /// <exception cref="ActionFailedException">The action may not have a secret that it names, or it cannot be read.</exception>
    public Task<SecretScope> OpenAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        OpenAsync(execution, own: [], cancellationToken);

    /// <param name="execution">The action.</param>
    /// <param name="own">Secrets that an operator named for the call, such as an instance's token: no rule of documents is for them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ActionFailedException">The action may not have a secret that it names, or it cannot be read.</exception>
    public async Task<SecretScope> OpenAsync(ActionExecution execution, IEnumerable<string> own, CancellationToken cancellationToken)
    {
        var named = References(execution.Config).ToHashSet(StringComparer.Ordinal);
        var fields = named.Select(FieldSecrets.FieldOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (fields.FirstOrDefault(field => FieldSecrets.IsForeignOutput(field, execution.ComponentId)) is { } foreign)
            throw ActionFailure.SecretRefused($"'{foreign}' is of another component, and is not given to this one.");

        var grant = access.GrantOf(execution, named.Where(name => FieldSecrets.FieldOf(name) is null));
        var resolved = fields.Count == 0 ? [] : await RevealAsync(execution.RequestId, fields, cancellationToken);
        foreach (var name in named.Union(own, StringComparer.Ordinal))
            if (SecretReference.Parse(name) is { Store: not null } stored)
                resolved[name] = await stores.ReadAsync(stored, cancellationToken);
        return new(this, redactor, grant, resolved);
    }

    /// <summary>The value of a secret of the configuration, for a call that is about to be made.</summary>
    public string Reveal(string name)
    {
        // A colon would step into other sections of the configuration.
        if (SecretReference.Parse(name) is not { Store: null })
            throw ActionFailure.SecretMissing(
                $"'{name}' is not the name of a secret: letters, digits, '.', '_' and '-' only, or store.path#key.");

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
}
