namespace Pao.Catalog.Tests;

/// <summary>What is measured by a clock: these classes run when all others are done.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
