namespace Pao.Orchestrator.Planning;

/// <summary>What an operator allows to be automated; bound from <c>Pao:Automation</c>.</summary>
public sealed class AutomationOptions
{
    public const string Section = "Pao:Automation";

    /// <summary>Ids of items whose requests people fulfil; <c>*</c> means all of them. Beside those that are switched off while PAO runs.</summary>
    public IList<string> SwitchedOff { get; } = [];
}
