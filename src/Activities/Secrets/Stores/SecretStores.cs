using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pao.Activities.Http;
using Pao.Activities.Secrets.Stores.Aws;
using Pao.Activities.Secrets.Stores.Vault;

namespace Pao.Activities.Secrets.Stores;

/// <summary>The stores of the configuration. What was read is used again for a short time; a store that stumbles is asked again.</summary>
internal sealed class SecretStores
{
    private const int Capacity = 1000;
    private const int Tries = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, (SecretStoreOptions Options, ISecretStore Store)> _stores = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<(string Store, string Path), SharedFetch<Read>> _read = new();
    private readonly Dictionary<string, VaultSession> _vaults = [];
    private readonly TimeProvider _clock;

    public SecretStores(IOptions<SecretsOptions> options, StoreHttp http, Redactor redactor, TimeProvider clock)
    {
        _clock = clock;
        foreach (var (name, store) in options.Value.Stores)
            _stores[name] = (store, Create(name, store, http, redactor));
    }

    public IReadOnlyDictionary<string, VaultSession> VaultSessions => _vaults;

    /// <exception cref="Pao.Activities.ActionFailedException">There is no such secret, or the store did not give it.</exception>
    public async Task<string> ReadAsync(SecretReference secret, CancellationToken cancellationToken)
    {
        if (secret.Store is null || !_stores.TryGetValue(secret.Store, out var store))
            throw ActionFailure.SecretMissing($"There is no secret store '{secret.Store}'. An operator configures it in {SecretsOptions.Section}:Stores.");

        if (_read.Count > Capacity)
            _read.Clear();
        var shared = _read.GetOrAdd((secret.Store, secret.Path), _ => new SharedFetch<Read>());
        try
        {
            var read = await shared.GetAsync(
                known => _clock.GetUtcNow() < known.At + store.Options.CacheTime, _ => FetchAsync(store.Store, store.Options, secret), cancellationToken);
            return read.Document.Find(secret.Key) is { Length: > 0 } value
                ? value
                : throw ActionFailure.SecretMissing($"The secret '{secret.Path}' of the store '{secret.Store}' has no text for '{secret.Key}'.");
        }
        catch (SecretStoreException failure)
        {
            var message = $"The store '{secret.Store}' did not give the secret '{secret.Path}': {failure.Message}";
            throw failure.IsPassing ? ActionFailure.SecretUnavailable(message) : ActionFailure.SecretMissing(message);
        }
    }

    private async Task<Read> FetchAsync(ISecretStore store, SecretStoreOptions options, SecretReference secret)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var time = new CancellationTokenSource(options.Timeout, _clock);
                return new Read(await ReadAsync(store, secret, options, time.Token), _clock.GetUtcNow());
            }
            catch (SecretStoreException failure) when (failure.IsPassing && attempt < Tries)
            {
                await Task.Delay(Pause * attempt, _clock);
            }
        }
    }

    private static async Task<SecretDocument> ReadAsync(
        ISecretStore store, SecretReference secret, SecretStoreOptions options, CancellationToken time)
    {
        try
        {
            return await store.ReadAsync(secret, time);
        }
        catch (OperationCanceledException late)
        {
            throw new SecretStoreException($"It did not answer within {options.Timeout.TotalSeconds:0.#} s.", isPassing: true, late);
        }
    }

    private ISecretStore Create(string name, SecretStoreOptions options, StoreHttp http, Redactor redactor)
    {
        switch (options.Type)
        {
            case SecretStoreType.Env:
                return new EnvironmentStore(options);
            case SecretStoreType.File:
                return new FileStore(options);
            case SecretStoreType.Vault:
                _vaults[name] = new VaultSession(options, http, redactor, _clock);
                return new VaultStore(options, _vaults[name]);
            default:
                var region = RegionOf(options);
                var client = new AwsClient(options, region, new AwsCredentials(options, region, http, redactor, _clock), http, _clock);
                return options.Type is SecretStoreType.AwsSecretsManager ? new AwsSecretsManagerStore(client) : new AwsParameterStore(client);
        }
    }

    public static string RegionOf(SecretStoreOptions options) =>
        options.Region ?? Environment.GetEnvironmentVariable("AWS_REGION") ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION") ?? "us-east-1";

    private sealed record Read(SecretDocument Document, DateTimeOffset At);
}
