using System.Security.Claims;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Access;

/// <summary>Who calls. There is one principal so far: whoever holds the access key or the key pair of the data directory.</summary>
internal sealed record Caller(string UserId)
{
    public static Caller LocalAdmin { get; } = new("local-admin");

    public Visibility Own => new(UserId);

    public Requester Requester => new(UserId, "Local administrator", "local-admin@localhost", Teams: []);

    public static Caller Of(ClaimsPrincipal principal) =>
        new(principal.FindFirstValue(ClaimTypes.NameIdentifier)
            ?? throw new InvalidOperationException("The call was let in without a principal."));

    public ClaimsPrincipal ToPrincipal(string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, UserId)], scheme));
}
