using Pao.DurableTask.Grpc;

namespace Pao.DurableTask.Tests.Grpc;

public sealed class TaskHubConnectionTests
{
    [Theory]
    [InlineData("Endpoint=http://127.0.0.1:4001;TaskHub=default;Authentication=None", "http://127.0.0.1:4001/", "default", TaskHubAuthentication.None)]
    [InlineData("endpoint=https://x.durabletask.io;taskhub=Hub-1;authentication=defaultazure", "https://x.durabletask.io/", "Hub-1", TaskHubAuthentication.DefaultAzure)]
    [InlineData("Endpoint=x.durabletask.io;TaskHub=h;Authentication=AzureCli", "https://x.durabletask.io/", "h", TaskHubAuthentication.AzureCli)]
    [InlineData("Endpoint=http://hub.example.com;TaskHub=h;Authentication=None", "http://hub.example.com/", "h", TaskHubAuthentication.None)]
    [InlineData("Endpoint=http://[::1]:4001;TaskHub=h;Authentication=Token;TokenFilePath=/a b/t", "http://[::1]:4001/", "h", TaskHubAuthentication.Token)]
    [InlineData("Authentication=Environment;Endpoint=https://x;TaskHub=h;", "https://x/", "h", TaskHubAuthentication.Environment)]
    public void A_connection_string_says_where_the_hub_is(string text, string endpoint, string hub, TaskHubAuthentication authentication)
    {
        var connection = TaskHubConnection.Parse(text);

        Assert.Equal((new Uri(endpoint), hub, authentication), (connection.Endpoint, connection.TaskHub, connection.Authentication));
    }

    [Fact]
    public void An_identity_has_its_further_parts()
    {
        var connection = TaskHubConnection.Parse(
            "Endpoint=https://x;TaskHub=h;Authentication=WorkloadIdentity;ClientID=c;TenantId=t;TokenFilePath=/f;AdditionallyAllowedTenants=a, b,");

        Assert.Equal(("c", "t", "/f"), (connection.ClientId, connection.TenantId, connection.TokenFilePath));
        Assert.Equal(["a", "b"], connection.AdditionallyAllowedTenants);
    }

    [Theory]
    [InlineData("", "no Endpoint")]
    [InlineData("Endpoint=https://x;Authentication=None", "no TaskHub")]
    [InlineData("Endpoint=https://x;TaskHub=h", "no Authentication")]
    [InlineData("Endpoint=https://x;TaskHub=;Authentication=None", "no TaskHub")]
    [InlineData("Endpoint=ftp://x;TaskHub=h;Authentication=None", "not an http or https address")]
    [InlineData("Endpoint=https://x;TaskHub=h;Authentication=Password", "not one of None, Token, DefaultAzure")]
    [InlineData("Endpoint=https://x;TaskHub=h;Authentication=3", "not one of None, Token, DefaultAzure")]
    [InlineData("Endpoint=https://x;TaskHub=h;Authentication=Token", "must name the token's file")]
    [InlineData("Endpoint=http://hub.example.com;TaskHub=h;Authentication=Token;TokenFilePath=/t", "use an https Endpoint")]
    [InlineData("Endpoint=http://10.0.0.1;TaskHub=h;Authentication=ManagedIdentity", "use an https Endpoint")]
    [InlineData("Endpoint='geheim", "cannot be read")]
    public void What_is_missing_or_wrong_is_named_and_the_text_is_not_repeated(string text, string reason)
    {
        var refusal = Assert.Throws<ArgumentException>(() => TaskHubConnection.Parse(text));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", refusal.ToString(), StringComparison.Ordinal);
    }
}
