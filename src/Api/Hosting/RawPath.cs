using Microsoft.AspNetCore.Http.Features;
using Pao.Api.Problems;

namespace Pao.Api.Hosting;

/// <summary>
/// Refuses paths that mean one thing as sent and another as routed (<c>/api/v1/x/%2e%2e/requests</c>): what stands in
/// front of the service, and later a signature, judges the one, routing takes the other.
/// </summary>
internal static class RawPath
{
    private static readonly string[] Ambiguous = ["%2e", "%2f", "%5c", "%25", "\\", "//"];

    public static void UseRawPathCheck(this WebApplication app) => app.Use((context, next) =>
    {
        // Without a network there is no raw target, and nothing that could disagree.
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return string.IsNullOrEmpty(target) || IsPlain(target)
            ? next(context)
            : new ProblemResult(
                Problem.PathAmbiguous, "Send the path without dot segments, backslashes, empty segments or encoded slashes.").ExecuteAsync(context);
    });

    internal static bool IsPlain(string target)
    {
        var path = target.Split('?', 2)[0];
        return path.StartsWith('/')
            && !Ambiguous.Any(part => path.Contains(part, StringComparison.OrdinalIgnoreCase))
            && !path.Split('/').Any(segment => segment is "." or "..");
    }
}
