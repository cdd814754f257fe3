namespace Pao.TaskHub.Tests;

/// <summary>What keeps the database server busy: these classes run when all others are done.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
