using System.Text.Json.Nodes;

namespace Pao.Activities;

/// <summary>An executor whose effect people work on: it tells them, where they work, what becomes of the request.</summary>
public interface ICommentedExecutor : IFollowedExecutor
{
    /// <summary>Writes a comment, once: one whose id is there already is not written again.</summary>
    /// <param name="execution">The action.</param>
    /// <param name="handle">Of the last <see cref="ActionProgress.Waiting"/>, or the action's outputs when it is done.</param>
    /// <param name="comment">What to tell.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ActionFailedException">It could not be written. Nothing else depends on it.</exception>
    Task CommentAsync(ActionExecution execution, JsonObject handle, ActionComment comment, CancellationToken cancellationToken);
}

/// <summary>What people are told about a request.</summary>
/// <param name="Id">Tells it from all others about the action, such as <c>0198…:ticket:0:failed:3</c>.</param>
/// <param name="Text">Plain text; nothing in it is markup.</param>
public sealed record ActionComment(string Id, string Text);
