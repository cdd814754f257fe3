namespace Pao.Soak.Programs;

/// <summary>Computes what a program must come to, without any engine.</summary>
internal static class Interpreter
{
    private const long Modulus = 1_000_003;

    public static long Mix(long value, int number) => ((value * 31) + number) % Modulus;

    public static long Sum(IEnumerable<long> values) => values.Sum() % Modulus;

    public static string EventName(int round, int step) => $"e{round}.{step}";

    public static string ChildId(string instanceId, int round, int step) => $"{instanceId}.{round}.{step}";

    /// <summary>The results of the instance and of its children, the instance first.</summary>
    public static List<Expected> Run(string instanceId, SoakProgram program, long value)
    {
        List<Expected> children = [];
        for (var round = 0; round < program.Rounds; round++)
            for (var i = 0; i < program.Steps.Count; i++)
                value = Step(instanceId, program.Steps[i], round, i, value, children);

        return [new Expected(instanceId, value), .. children];
    }

    /// <summary>The events that the program waits for, in order.</summary>
    public static IEnumerable<Signal> Signals(SoakProgram program) =>
        from round in Enumerable.Range(0, program.Rounds)
        from i in Enumerable.Range(0, program.Steps.Count)
        where program.Steps[i].Kind == StepKind.Event
        select new Signal(EventName(round, i), program.Steps[i].Number);

    private static long Step(string instanceId, Step step, int round, int index, long value, List<Expected> children)
    {
        switch (step)
        {
            case { Kind: StepKind.Timer }:
                return value;
            case { Kind: StepKind.FanOut }:
                return Sum(Enumerable.Range(0, step.Number).Select(i => Mix(value, i)));
            case { Kind: StepKind.Child, Child: { } child }:
                var expected = Run(ChildId(instanceId, round, index), child, value);
                children.AddRange(expected);
                return expected[0].Result;
            default:
                return Mix(value, step.Number);
        }
    }
}
