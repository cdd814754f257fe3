using Microsoft.Extensions.Options;
using Pao.Activities.Egress;
using Pao.Activities.Resilience;
using Pao.Api.Access.Signatures;

namespace Pao.Api.Access.Sts;

/// <summary>Where tokens may be checked.</summary>
internal sealed class StsEndpoints(IOptions<StsOptions> options, IOptions<SignatureOptions> signatures)
{
    /// <summary>Whether callers are let in by AWS's word at all.</summary>
    public bool AreOpen => options.Value.ServerId is not null;

    /// <summary>Each with a slash at its end.</summary>
    public IReadOnlyList<string> Addresses { get; } = options.Value.Endpoints.Count > 0
        ? [.. options.Value.Endpoints.Select(endpoint => $"{endpoint.AbsoluteUri.TrimEnd('/')}/")]
        : [$"https://sts.{signatures.Value.Region}.amazonaws.com/"];
}

internal static class StsExtensions
{
    public static IServiceCollection AddSts(this IServiceCollection services)
    {
        services.AddOptions<StsOptions>().BindConfiguration(StsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StsOptions>, StsOptionsValidator>();
        services.AddSingleton<StsEndpoints>();
        services.AddSingleton<StsClient>();
        services.AddSingleton<StsIdentities>();
        services.AddResilience();

        // An operator names where STS is: in a private network it is at a private address.
        services.AddHttpClient(StsClient.ClientName)
            .AllowEgressTo(provider => provider.GetRequiredService<StsEndpoints>().Addresses.Select(address => new Uri(address)))
            .UseExternalSystems();
        return services;
    }
}
