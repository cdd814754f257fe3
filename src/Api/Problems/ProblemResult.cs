using System.Globalization;
using Pao.Api.Auditing;
using Pao.Api.Correlation;

namespace Pao.Api.Problems;

/// <summary>Answers with a problem.</summary>
internal sealed record ProblemResult(Problem Problem, string? Detail = null, IReadOnlyDictionary<string, string[]>? Errors = null)
    : IResult
{
    private static readonly TimeSpan LaterOn = TimeSpan.FromSeconds(5);

    /// <summary>After which another try makes sense.</summary>
    public TimeSpan? RetryAfter { get; init; } = Problem.Status == StatusCodes.Status503ServiceUnavailable ? LaterOn : null;

    public static ProblemResult Parameter(string name, string message) =>
        new(Problem.ParameterInvalid, message, new Dictionary<string, string[]> { [name] = [message] });

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Problem == Problem.Forbidden)
            httpContext.RequestServices.GetRequiredService<RefusalNotes>().Denied(httpContext);

        var response = httpContext.Response;
        response.StatusCode = Problem.Status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } after)
            response.Headers.RetryAfter = ((long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (Problem.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer realm=\"pao\"";

        var body = new ProblemBody(
            Problem.Type, Problem.Title, Problem.Status, Detail, Problem.Code, CorrelationId.Of(httpContext), Errors);
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : response.WriteAsJsonAsync(body, options: null, "application/problem+json", httpContext.RequestAborted);
    }
}
