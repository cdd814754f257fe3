using System.Collections.Concurrent;
using Pao.Activities.Secrets;

namespace Pao.Activities.Tests.Terraform;

/// <summary>The secrets of requests, in memory.</summary>
internal sealed class KeptSecrets : IRequestSecrets
{
    private readonly ConcurrentDictionary<(Guid Request, string Name), string> _kept = new();

    public IEnumerable<(string Name, string Value)> Of(Guid request) => _kept.Where(one => one.Key.Request == request).Select(one => (one.Key.Name, one.Value));

    public Task<IReadOnlyDictionary<string, string>> RevealAsync(Guid requestId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(Of(requestId).ToDictionary(one => one.Name, one => one.Value));

    public Task KeepAsync(Guid requestId, string name, string value, CancellationToken cancellationToken)
    {
        _kept[(requestId, name)] = value;
        return Task.CompletedTask;
    }
}
