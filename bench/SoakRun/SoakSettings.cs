using System.Globalization;
using Pao.Soak.Faults;

namespace Pao.Soak;

/// <summary>How long, how much, and which faults.</summary>
internal sealed record SoakSettings
{
    public const string Usage = """
        Runs four processes on one task hub under faults and checks that nothing was lost, doubled or left over.

        ./bench/soak [--minutes N] [--seed N] [--rate N] [--every SECONDS] [--lease SECONDS] [--faults a,b,…] [--keep]

          --minutes   how long work is offered, 30 unless set; at least 3
          --seed      of the work and the faults; printed, random unless set
          --rate      orchestrations started a second, 50 unless set
          --every     seconds from one fault to the next, 30 unless set
          --lease     of the nodes, in seconds, 5 unless set
          --faults    only these kinds: kill, stop, terminate, commit, clock
          --keep      keep the database and the processes' logs

        PostgreSQL: PAO_TEST_POSTGRES (Npgsql's format), or a server of its own from PAO_TEST_POSTGRES_BIN or the path.
        """;

    public TimeSpan Duration { get; private init; } = TimeSpan.FromMinutes(30);

    public int Seed { get; private init; } = Random.Shared.Next(1_000_000);

    public int Rate { get; private init; } = 50;

    public TimeSpan Every { get; private init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Lease { get; private init; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<FaultKind> Kinds { get; private init; } = Enum.GetValues<FaultKind>();

    public bool Keep { get; private init; }

    /// <summary>For logs and the fake clock's file.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("pao-soak-").FullName;

    /// <summary>The first fault waits so long: what comes before it is the measure.</summary>
    public TimeSpan Quiet { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Work is offered without faults for so long at the end: a minute to recover, half of one to measure.</summary>
    public TimeSpan Tail { get; } = TimeSpan.FromSeconds(90);

    /// <exception cref="FormatException">An option is unknown, or its value no number.</exception>
    public static SoakSettings Parse(string[] args)
    {
        var settings = new SoakSettings();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--keep")
            {
                settings = settings with { Keep = true };
                continue;
            }

            var value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.");
            settings = args[i++] switch
            {
                "--minutes" => settings with { Duration = TimeSpan.FromMinutes(Number(value)) },
                "--seed" => settings with { Seed = (int)Number(value) },
                "--rate" => settings with { Rate = (int)Number(value) },
                "--every" => settings with { Every = TimeSpan.FromSeconds(Number(value)) },
                "--lease" => settings with { Lease = TimeSpan.FromSeconds(Number(value)) },
                "--faults" => settings with { Kinds = [.. value.Split(',').Select(Kind)] },
                var unknown => throw new FormatException($"There is no option {unknown}."),
            };
        }

        return settings.Duration >= TimeSpan.FromMinutes(3) ? settings : throw new FormatException("A soak takes at least 3 minutes.");
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException($"'{text}' is no number above 0.");

    private static FaultKind Kind(string text) =>
        Enum.TryParse<FaultKind>(text, ignoreCase: true, out var kind)
            ? kind
            : throw new FormatException($"There is no fault '{text}'; there are {string.Join(", ", Enum.GetNames<FaultKind>())}.");
}
