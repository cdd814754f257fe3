using System.Diagnostics.CodeAnalysis;

/// <summary>Fails an orchestration with the error type by which the hub marks what it sets aside: the bare type name.</summary>
[SuppressMessage("Design", "CA1050", Justification = "A namespace would be part of the error type.")]
[SuppressMessage("Naming", "CA1710", Justification = "The suffix would be part of the error type.")]
internal sealed class PoisonedInstance() : Exception("It ended three processes.");
