namespace Pao.Activities.Tests;

/// <summary>Actions for a system that is away: they wait before anything is noted of an attempt.</summary>
public sealed class ParkingTests
{
    private static readonly (string, string)[] Impatient = [("Pao:Resilience:FewestCalls", "2")];

    [Fact]
    public async Task While_a_system_is_away_an_action_is_parked_before_its_intent()
    {
        await using var target = await Target.AnsweringAsync(503);
        await using var actions = await BrokenAsync(target);

        var failure = await actions.FailAsync("rest-api", Post(target));

        Assert.Equal(("action.system_unavailable", true, ActionEffect.None), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Equal([$"parked {target.Url} None"], actions.Journal.Notes);
        Assert.Equal(2, target.Calls.Count);
    }

    [Fact]
    public async Task What_is_done_needs_no_system()
    {
        await using var target = await Target.AnsweringAsync(503);
        await using var actions = await BrokenAsync(target);
        actions.Journal.Receipt = new ActionResult([], "db-7");

        var result = await actions.RestAsync(Post(target));

        Assert.Equal("db-7", result.ExternalReference);
        Assert.Empty(actions.Journal.Notes);
    }

    [Fact]
    public async Task Another_system_is_not_waited_for()
    {
        await using var target = await Target.AnsweringAsync(503);
        await using var well = await Target.AnsweringAsync(200);
        await using var actions = await BrokenAsync(target);

        await actions.RestAsync(Post(well));

        Assert.Single(well.Calls);
    }

    private static string Post(Target target) => $$$"""{"endpoint": {"url": "{{{target.Url}}}/things", "method": "POST"}}""";

    private static async Task<Actions> BrokenAsync(Target target)
    {
        var actions = new Actions(Impatient);
        for (var n = 0; n < 2; n++)
            Assert.Equal("action.unavailable", (await actions.FailAsync("rest-api", Post(target))).Code);
        actions.Journal.Notes.Clear();
        return actions;
    }
}
