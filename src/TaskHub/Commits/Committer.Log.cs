using Microsoft.Extensions.Logging;

namespace Pao.TaskHub.Commits;

internal sealed partial class Committer
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Joined the task hub as node {Node}.")]
        public static partial void Joined(ILogger logger, Guid node);

        [LoggerMessage(2, LogLevel.Warning, "Cannot join the task hub; trying again: {Reason}")]
        public static partial void CannotJoin(ILogger logger, string reason);

        [LoggerMessage(3, LogLevel.Warning, "The lease is over or a commit's outcome is unknown: what this node held in memory is read again from the store: {Reason}")]
        public static partial void Abdicated(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Information, "Could not announce messages to other nodes; they find them at their next poll: {Reason}")]
        public static partial void CannotAnnounce(ILogger logger, string reason);

        [LoggerMessage(5, LogLevel.Warning, "Could not leave the task hub; its instances are free when the lease ends: {Reason}")]
        public static partial void CannotLeave(ILogger logger, string reason);
    }
}
