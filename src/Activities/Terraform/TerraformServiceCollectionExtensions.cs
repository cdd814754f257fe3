using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets;
using Pao.Activities.Terraform.Cloud;
using Pao.Activities.Terraform.Local;

namespace Pao.Activities.Terraform;

public static class TerraformServiceCollectionExtensions
{
    /// <summary>Adds what reads the notifications that workspaces send.</summary>
    public static IServiceCollection AddTerraformEvents(this IServiceCollection services)
    {
        // Bound twice, the lists of the options would have each entry twice.
        if (services.Any(service => service.ServiceType == typeof(TerraformEvents)))
            return services;

        services.AddOptionsWithValidateOnStart<TerraformOptions>().BindConfiguration(TerraformOptions.Section);
        services.AddSingleton<IValidateOptions<TerraformOptions>, TerraformOptionsValidator>();
        return services.AddSingleton(provider =>
            new TerraformEvents(provider.GetRequiredService<IOptions<TerraformOptions>>().Value, provider.GetRequiredService<IConfiguration>()));
    }

    internal static IServiceCollection AddTerraform(this IServiceCollection services)
    {
        services.AddTerraformEvents();
        services.AddSingleton<TerraformMappings>();
        services.AddSingleton<CloudClients>();
        services.AddSingleton<CloudOutputs>();
        services.AddSingleton(provider => new TerraformOutputs(provider.GetRequiredService<Redactor>(), provider.GetService<IRequestSecrets>()));
        services.AddSingleton<LocalTerraform>();
        services.AddSingleton<TerraformDelivering>();
        services.AddSingleton<TerraformFollowing>();
        services.AddSingleton<TerraformCancellation>();
        return services.AddSingleton<IActionExecutor, TerraformExecutor>();
    }
}
