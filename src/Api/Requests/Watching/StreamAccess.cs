using Pao.Api.Access;
using Pao.Orchestrator.Access;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests.Watching;

/// <summary>
/// Whether whoever opened a stream may still see its request. The call was let in once; a principal that was disabled since,
/// or has left the team, is not to be told more.
/// </summary>
internal sealed class StreamAccess(Principals principals, RequestStore requests)
{
    public async Task<bool> IsStillAllowedAsync(Caller caller, Guid requestId, CancellationToken cancellationToken) =>
        await principals.FindAsync(caller.Principal.Id, cancellationToken) is { } principal
        && await requests.FindAsync(requestId, new Caller(principal).Own, cancellationToken) is not null;
}
