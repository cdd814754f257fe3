namespace Pao.EndToEnd.Tests;

/// <summary>What measures time or what fits into a time: these classes run one after another, when all others are done.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
