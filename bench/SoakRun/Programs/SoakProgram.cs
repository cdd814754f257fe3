namespace Pao.Soak.Programs;

/// <summary>What one step of a random orchestration does to the value that it carries.</summary>
internal enum StepKind
{
    Activity,

    /// <summary>Several activities at once, whose results are added.</summary>
    FanOut,

    /// <summary>An activity that fails one time in three and is retried.</summary>
    Flaky,

    /// <summary>An activity whose name only the even processes know.</summary>
    Left,

    /// <summary>The same for the odd ones.</summary>
    Right,

    Timer,
    Event,
    Child,
}

/// <param name="Kind">What is done.</param>
/// <param name="Number">What is mixed in; the activities of a fan-out; a timer's milliseconds.</param>
/// <param name="Child">The program of a child.</param>
internal sealed record Step(StepKind Kind, int Number, SoakProgram? Child = null);

/// <summary>A random orchestration, which the processes run and the driver computes.</summary>
/// <param name="Rounds">How many executions: all but the last end with continue-as-new.</param>
/// <param name="Steps">Of each execution.</param>
internal sealed record SoakProgram(int Rounds, IReadOnlyList<Step> Steps)
{
    public static SoakProgram Random(Random random, bool isChild = false)
    {
        var steps = Enumerable.Range(0, random.Next(1, isChild ? 3 : 6)).Select(_ => RandomStep(random, isChild)).ToList();
        return new SoakProgram(random.Next(5) == 0 ? random.Next(2, 4) : 1, steps);
    }

    private static Step RandomStep(Random random, bool isChild) => random.Next(isChild ? 80 : 100) switch
    {
        < 35 => new Step(StepKind.Activity, random.Next(1000)),
        < 45 => new Step(StepKind.FanOut, random.Next(2, 6)),
        < 55 => new Step(StepKind.Flaky, random.Next(1000)),
        < 62 => new Step(StepKind.Left, random.Next(1000)),
        < 69 => new Step(StepKind.Right, random.Next(1000)),
        < 80 => new Step(StepKind.Timer, random.Next(50, 2000)),
        < 90 => new Step(StepKind.Event, random.Next(1000)),
        _ => new Step(StepKind.Child, 0, Random(random, isChild: true)),
    };
}

/// <summary>An orchestration's input.</summary>
internal sealed record SoakInput(SoakProgram Program, long Value, int Round = 0);

/// <summary>An activity's input.</summary>
internal sealed record Operands(long Value, int Number);

/// <summary>An instance that must end with this result.</summary>
internal sealed record Expected(string InstanceId, long Result);

/// <summary>An event that an instance waits for.</summary>
internal sealed record Signal(string Name, int Number);
