namespace Pao.Activities.Jira;

/// <summary>The tickets of a bundle's other components.</summary>
public interface IRelatedTickets
{
    /// <summary>Those of the components that the action's component depends on, directly; none when it belongs to no bundle.</summary>
    Task<IReadOnlyList<RelatedTicket>> BlockersAsync(ActionExecution execution, CancellationToken cancellationToken);
}

/// <param name="Url">Where people see it: it tells in which JIRA it is.</param>
/// <param name="Key">Such as <c>PLAT-12</c>.</param>
public sealed record RelatedTicket(string Url, string Key);
