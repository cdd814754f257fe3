namespace Pao.Orchestrator.Planning;

/// <summary>What an operator allows to be automated; bound from <c>Pao:Automation</c>, and read anew for each request.</summary>
public sealed class AutomationOptions
{
    public const string Section = "Pao:Automation";

    /// <summary>Ids of items whose requests people fulfil for the time being; <c>*</c> means all of them.</summary>
    public IList<string> SwitchedOff { get; } = [];
}
