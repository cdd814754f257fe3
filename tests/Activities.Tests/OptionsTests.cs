using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("DefaultTimeout", "00:00:00")]
    [InlineData("DefaultTimeout", "02:00:00")]
    [InlineData("MaxResponseBytes", "0")]
    public void A_limit_out_of_bounds_stops_the_start_and_is_named(string key, string value)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>($"Pao:Activities:{key}", value)])
            .Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddActivities().BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(key, failure.Message);
    }
}
