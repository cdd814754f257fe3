namespace Pao.Activities;

/// <summary>Carries out the actions of one type. It runs at least once per action, so it must bear being run twice.</summary>
public interface IActionExecutor
{
    /// <summary>The action type of the catalog's documents, such as <c>rest-api</c>.</summary>
    string Type { get; }

    Task<ActionResult> ExecuteAsync(ActionExecution execution, CancellationToken cancellationToken);
}
