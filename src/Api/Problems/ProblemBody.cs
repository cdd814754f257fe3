namespace Pao.Api.Problems;

/// <summary>The body of every error (RFC 9457).</summary>
/// <param name="Type">Stable name of the kind of problem.</param>
/// <param name="Title">The kind of problem, for people.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong here, and what to do.</param>
/// <param name="Code">The kind of problem, short: what clients branch on.</param>
/// <param name="CorrelationId">Finds the log lines of this call.</param>
/// <param name="Errors">For invalid input: JSON Pointer, or the parameter's name, to messages.</param>
public sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string? Detail,
    string Code,
    string CorrelationId,
    IReadOnlyDictionary<string, string[]>? Errors);
