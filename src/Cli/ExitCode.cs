namespace Pao.Cli;

/// <summary>What a command ends with; scripts branch on it.</summary>
internal enum ExitCode
{
    /// <summary>It ran, and there is nothing to object to.</summary>
    Fine = 0,

    /// <summary>It ran, and found what its caller asked it to fail on.</summary>
    Findings = 1,

    /// <summary>It could not do what it was asked: the arguments are wrong, or something can not be read.</summary>
    CouldNotRun = 2,
}
