namespace Pao.TaskHub.Tests.Simulation;

/// <summary>How often what goes wrong in a simulation. A rate is a probability at each occasion.</summary>
internal sealed record FaultPlan
{
    public static readonly FaultPlan None = new();

    /// <summary>A call to the store fails before it happens.</summary>
    public double Refusals { get; init; }

    /// <summary>A call to the store happens, and its answer is lost.</summary>
    public double LostAnswers { get; init; }

    /// <summary>An announcement is not heard.</summary>
    public double LostAnnouncements { get; init; }

    /// <summary>A process ends without a word, and another comes; per step.</summary>
    public double Crashes { get; init; }

    /// <summary>A process leaves in good order, and another comes; per step.</summary>
    public double Restarts { get; init; }

    /// <summary>A process stands still for up to three leases, wherever it is, and goes on; per step.</summary>
    public double Freezes { get; init; }

    /// <summary>The time of day that a process shows steps by an hour or forty days; per step.</summary>
    public double ClockSteps { get; init; }

    /// <summary>The store cannot be reached for up to two leases; per step.</summary>
    public double Outages { get; init; }

    /// <summary>A process's worker, as if it were another process, ends without a word, and another comes; per step.</summary>
    public double LostWorkers { get; init; }

    /// <summary>Each kind is there in half of the plans.</summary>
    public static FaultPlan Of(Random random)
    {
        double Rate(double most) => random.Next(2) == 0 ? 0 : random.NextDouble() * most;
        return new FaultPlan
        {
            Refusals = Rate(0.1),
            LostAnswers = Rate(0.1),
            LostAnnouncements = Rate(1),
            Crashes = Rate(0.004),
            Restarts = Rate(0.004),
            Freezes = Rate(0.004),
            ClockSteps = Rate(0.02),
            Outages = Rate(0.002),
            LostWorkers = Rate(0.01),
        };
    }
}
