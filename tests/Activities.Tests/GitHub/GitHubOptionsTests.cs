using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pao.Activities.GitHub;

namespace Pao.Activities.Tests.GitHub;

public sealed class GitHubOptionsTests
{
    [Theory]
    [InlineData("acme", "Api", "ftp://a", "Pao:GitHub:Owners:acme:Api is 'ftp://a/'")]
    [InlineData("acme", "Api", "https://me@a", "without user")]
    [InlineData("acme", "Repositories:0", "infra", "it must be owner/name, such as acme/infrastructure or acme/*")]
    [InlineData("acme", "MarkerInput", "a b", "it must be the name of a workflow's input")]
    [InlineData("acme", "SearchGrace", "01:00:00", "SearchGrace")]
    [InlineData("acme", "Token", "a b", "Pao:GitHub:Owners:acme:Token is no name of a secret")]
    [InlineData("acme", "App:Id", "1", "Pao:GitHub:Owners:acme:App:PrivateKey must be the name of the secret")]
    [InlineData("acme", "App:PrivateKey", "key", "Pao:GitHub:Owners:acme:App:Id must be the client id")]
    [InlineData("acme", "App:InstallationId", "-1", "must be the number at the end of the installation's address")]
    [InlineData("a.b", "Token", "github", "an owner is named by its login")]
    public void A_wrong_setting_is_told_with_its_key(string owner, string key, string value, string says)
    {
        using var actions = new Actions(($"Pao:GitHub:Owners:{owner}:{key}", value));

        var failure = Assert.Throws<OptionsValidationException>(() => actions.Services.GetRequiredService<IOptions<GitHubOptions>>().Value);

        Assert.Contains(says, failure.Message);
    }

    [Fact]
    public void A_token_and_an_App_are_not_both_taken()
    {
        using var actions = new Actions(
            ("Pao:GitHub:Owners:acme:Token", "a"), ("Pao:GitHub:Owners:acme:App:Id", "1"), ("Pao:GitHub:Owners:acme:App:PrivateKey", "b"));

        Assert.Contains("it calls as one of them", Assert.Throws<OptionsValidationException>(
            () => actions.Services.GetRequiredService<IOptions<GitHubOptions>>().Value).Message);
    }
}
