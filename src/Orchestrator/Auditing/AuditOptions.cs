namespace Pao.Orchestrator.Auditing;

/// <summary>Where the audit is told of outside the database; bound from <c>Pao:Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string Section = "Pao:Audit";

    /// <summary>Whether each sealed entry is written to stdout too, as a line of JSON in the form of a CloudTrail record.</summary>
    public bool Stdout { get; set; }
}
