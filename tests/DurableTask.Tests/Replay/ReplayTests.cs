using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;

namespace Pao.DurableTask.Tests.Replay;

public class ReplayTests
{
    [Fact]
    public void A_call_becomes_an_action_and_its_result_comes_back()
    {
        var stage = Stage.Of<string>(async context => await context.CallActivityAsync<string>("Greet", "Ada"));

        var action = Assert.Single(stage.Begin());
        Assert.Equal(0, action.Id);
        Assert.Equal("Greet", action.ScheduleTask.Name);
        Assert.Equal("""["Ada"]""", action.ScheduleTask.Input);

        Assert.Equal("\"Hello Ada\"", stage.Turn(Events.Completed(0, "\"Hello Ada\"")).Output());
    }

    [Fact]
    public void A_long_history_is_replayed_without_deciding_anything_new()
    {
        var stage = Stage.Of<int>(async context =>
        {
            var sum = 0;
            for (var i = 0; i < 500; i++)
                sum += await context.CallActivityAsync<int>("Next", i);

            return sum;
        });

        stage.Begin();
        for (var i = 0; i < 200; i++)
            stage.Turn(Events.Completed(i, "1"));

        var response = stage.Replay([Events.TurnStarted(stage.Now), Events.Completed(200, "1")]);
        Assert.Equal(201, Assert.Single(response.Actions).Id);
    }

    [Fact]
    public void Code_is_replaying_in_the_past_and_not_in_the_new_turn()
    {
        List<bool> seen = [];
        var stage = Stage.Of<string>(async context =>
        {
            seen.Add(context.IsReplaying);
            await context.CallActivityAsync("A");
            seen.Add(context.IsReplaying);
            return "";
        });
        stage.Begin();
        seen.Clear();

        stage.Replay([Events.TurnStarted(stage.Now), Events.Completed(0)]);

        Assert.Equal([true, false], seen);
    }

    [Fact]
    public void The_clock_stands_still_in_a_turn_and_is_the_same_on_replay()
    {
        List<DateTime> seen = [];
        var stage = Stage.Of<string>(async context =>
        {
            seen.Add(context.CurrentUtcDateTime);
            await context.CallActivityAsync("A");
            seen.Add(context.CurrentUtcDateTime);
            await context.CallActivityAsync("B");
            return "";
        });
        stage.Begin();
        stage.Now = Events.Start.AddHours(1);
        stage.Turn(Events.Completed(0));
        seen.Clear();

        stage.Replay([Events.TurnStarted(Events.Start.AddHours(2))]);

        Assert.Equal([Events.Start, Events.Start.AddHours(1)], seen);
    }

    [Fact]
    public void A_result_that_comes_twice_or_for_an_unknown_id_changes_nothing()
    {
        var stage = Stage.Of<int>(async context => await context.CallActivityAsync<int>("A") + await context.CallActivityAsync<int>("B"));
        stage.Begin();

        stage.Turn(Events.Completed(0, "1"), Events.Completed(0, "50"), Events.Completed(77, "9"), Events.Fired(1));

        Assert.Equal("3", stage.Turn(Events.Completed(0, "50"), Events.Completed(1, "2")).Output());
    }

    [Fact]
    public void Guids_are_of_version_5_differ_and_are_the_same_on_replay()
    {
        var stage = Stage.Of<Guid[]>(async context =>
        {
            Guid[] guids = [context.NewGuid(), context.NewGuid()];
            await context.CallActivityAsync("A", guids);
            return [.. guids, context.NewGuid()];
        });
        stage.Begin();

        // The stage compares what the replayed one returns with what the kept one does.
        var guids = System.Text.Json.JsonSerializer.Deserialize<Guid[]>(stage.Turn(Events.Completed(0)).Output()) ?? [];

        Assert.Equal(3, guids.Distinct().Count());
        Assert.All(guids, guid => Assert.Equal(5, guid.Version));
    }

    [Fact]
    public void The_custom_status_is_shown_by_every_turn_until_it_is_changed()
    {
        var stage = Stage.Of<string>(async context =>
        {
            context.SetCustomStatus("one");
            await context.CallActivityAsync("A");
            await context.CallActivityAsync("B");
            context.SetCustomStatus(null);
            return "";
        });

        stage.Begin();
        Assert.Equal("\"one\"", stage.CustomStatus);
        stage.Turn(Events.Completed(0));
        Assert.Equal("\"one\"", stage.CustomStatus);
        stage.Turn(Events.Completed(1));
        Assert.Null(stage.CustomStatus);
    }

    [Fact]
    public void An_orchestrator_that_returns_while_tasks_are_open_has_ended()
    {
        var stage = Stage.Of<string>(context =>
        {
            _ = context.CallActivityAsync("Later");
            return Task.FromResult("done");
        });

        var actions = stage.Begin();

        Assert.Equal("Later", actions[0].ScheduleTask.Name);
        Assert.Equal("\"done\"", actions[1].CompleteOrchestration.Result);
        Assert.Equal([0, 1], actions.Select(action => action.Id));
    }

    [Fact]
    public void Input_output_and_parent_are_what_the_start_says()
    {
        var stage = Stage.Of<int, string>(
            (context, input) => Task.FromResult($"{context.Name} {context.InstanceId} {input} {context.GetInput<int>()} {context.Parent is null}"),
            "42");

        Assert.Equal("\"Play i 42 42 True\"", stage.Begin().Output());
    }

    [Fact]
    public void An_input_that_cannot_be_read_fails_the_orchestration()
    {
        var stage = Stage.Of<int, int>((_, input) => Task.FromResult(input), "\"no number\"");

        Assert.Equal("System.Text.Json.JsonException", stage.Begin().Failure().ErrorType);
    }

    [Fact]
    public void A_rewound_history_asks_again_for_what_failed_and_only_that()
    {
        var stage = Stage.Of<int>(async context =>
            (await Task.WhenAll(context.CallActivityAsync<int>("A"), context.CallActivityAsync<int>("B"))).Sum());
        var start = stage.Begin();
        Assert.Equal(2, start.Count);

        // The host has taken A's call and failure out of the history.
        stage.History.RemoveAll(e => e.EventId == 0);
        stage.History.AddRange([Events.TurnStarted(stage.Now), Events.Completed(1, "2"), Events.TurnCompleted(stage.Now)]);
        var response = stage.Replay([Events.TurnStarted(stage.Now), Events.Rewound()]);

        var again = Assert.Single(response.Actions);
        Assert.Equal((0, "A"), (again.Id, again.ScheduleTask.Name));
    }

    [Fact]
    public void An_event_kind_that_is_unknown_is_not_passed_over()
    {
        var stage = Stage.Of<string>(async context => await context.CallActivityAsync<string>("A"));
        stage.Begin();

        Assert.Throws<NotSupportedException>(() =>
            stage.Replay([Events.TurnStarted(stage.Now), new HistoryEvent { ContinueAsNew = new ContinueAsNewEvent() }]));
    }
}
