using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Pao.Api.Limits;

internal static class LimitExtensions
{
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CallerLimitOptions, CallerLimitOptionsValidator>().BindConfiguration(CallerLimitOptions.Section);
        services.AddSingleton<CallerAddress>();
        services.AddSingleton<CallLimits>();
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>>(provider => provider.GetRequiredService<CallLimits>());
        return services.AddRateLimiter(_ => { });
    }

    /// <summary>Before the caller is known.</summary>
    public static void UseFailureLimit(this WebApplication app) => app.Services.GetRequiredService<CallLimits>().UseFailureLimit(app);
}
