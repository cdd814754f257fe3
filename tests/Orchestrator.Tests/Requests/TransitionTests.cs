using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class TransitionTests
{
    [Fact]
    public void Completed_aborted_and_cancelled_are_final_and_nothing_else_is() =>
        Assert.Equal(
            [RequestStatus.Completed, RequestStatus.Aborted, RequestStatus.Cancelled],
            Enum.GetValues<RequestStatus>().Where(status => status.IsFinal()));

    [Fact]
    public void Every_status_is_reached_from_submitted()
    {
        HashSet<RequestStatus> reached = [RequestStatus.Submitted];
        for (var steps = 0; steps < Transition.All.Count; steps++)
            reached.UnionWith(Transition.All.Where(transition => reached.Contains(transition.From)).Select(transition => transition.To).ToList());

        Assert.Equal(Enum.GetValues<RequestStatus>().ToHashSet(), reached);
    }

    [Theory]
    [InlineData("in_progress", RequestStatus.InProgress)]
    [InlineData("submitted", RequestStatus.Submitted)]
    [InlineData("InProgress", null)]
    [InlineData("3", null)]
    public void A_status_is_read_in_snake_case_only(string text, RequestStatus? status) =>
        Assert.Equal(status, RequestStatuses.Parse(text));
}
