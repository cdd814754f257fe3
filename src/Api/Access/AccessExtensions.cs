namespace Pao.Api.Access;

internal static class AccessExtensions
{
    /// <summary>Who may look at and steer orchestrations. Today that is every holder of the key; a role rule goes here.</summary>
    public const string OperatorPolicy = "operator";

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section);
        services.AddSingleton<AccessKey>();

        // The core services only: the full set brings key rings for cookies, which there are none of.
        services.AddWebEncoders();
        services.AddAuthenticationCore(authentication =>
        {
            authentication.AddScheme<AccessKeyHandler>(AccessKeyHandler.SchemeName, displayName: null);
            authentication.DefaultScheme = AccessKeyHandler.SchemeName;
        });
        return services.AddAuthorization(access => access.AddPolicy(OperatorPolicy, policy => policy.RequireAuthenticatedUser()));
    }

    public static void UseAccess(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();

        var key = app.Services.GetRequiredService<AccessKey>();
        if (key.IsNew)
            app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(key.Announcement));
    }
}
