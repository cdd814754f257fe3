using Pao.Activities.Jira;

namespace Pao.Activities.Tests.Jira;

/// <summary>The tickets of the components that a test's component depends on.</summary>
internal sealed class RelatedTickets : IRelatedTickets
{
    public IReadOnlyList<RelatedTicket> Tickets { get; set; } = [];

    public Task<IReadOnlyList<RelatedTicket>> BlockersAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        Task.FromResult(Tickets);
}
