using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Pao.Api.Correlation;
using Pao.Api.Requests;

namespace Pao.Api.Hosting;

/// <summary>Pages of which other origins may call the service from a browser; bound from <c>Pao:Cors</c>. Without any, none may.</summary>
internal sealed class CrossOriginOptions
{
    public const string Section = "Pao:Cors";

    /// <summary>Such as <c>https://portal.example.com</c>.</summary>
    public IList<string> Origins { get; } = [];
}

internal sealed class CrossOriginOptionsValidator : IValidateOptions<CrossOriginOptions>
{
    public ValidateOptionsResult Validate(string? name, CrossOriginOptions options)
    {
        var wrong = options.Origins.Where(origin => !IsOrigin(origin)).ToList();
        return wrong.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(wrong.Select(
                origin => $"{CrossOriginOptions.Section}:{nameof(options.Origins)}: '{origin}' is no origin; write it like https://portal.example.com."));
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.GetLeftPart(UriPartial.Authority) == text;
}

internal static class CrossOriginExtensions
{
    private static readonly string[] Sent =
    [
        HeaderNames.Authorization, HeaderNames.ContentType, HeaderNames.IfNoneMatch, IdempotencyKeys.Header, CorrelationId.Header, "X-Amz-Date",
        "X-Amz-Content-Sha256", "X-Amz-Security-Token",
    ];

    private static readonly string[] Read = [HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter, CorrelationId.Header];

    public static IServiceCollection AddCrossOrigin(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CrossOriginOptions, CrossOriginOptionsValidator>().BindConfiguration(CrossOriginOptions.Section);
        return services.AddCors();
    }

    public static void UseCrossOrigin(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<CrossOriginOptions>>().Value.Origins;
        if (origins.Count > 0)
            app.UseCors(policy => policy
                .WithOrigins([.. origins])
                .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete)
                .WithHeaders(Sent)
                .WithExposedHeaders(Read)
                .SetPreflightMaxAge(TimeSpan.FromHours(1)));
    }
}
