using System.Text.Json.Nodes;
using Pao.Activities.Secrets;
using Pao.Catalog;

namespace Pao.Activities.Tests;

/// <summary>Passwords that were submitted with a request are resolved for its calls, and masked like other secrets.</summary>
public sealed class RequestSecretTests
{
    private const string Password = "p@ss \"word\"/ü";

    [Fact]
    public async Task A_password_is_sent_and_masked_in_what_comes_back()
    {
        await using var target = await Target.AnsweringAsync(400, $"refused: {Password}");
        await using var actions = new Actions(new Kept(("admin", Password)), null);

        var failure = await actions.FailAsync("rest-api", Call(new Uri(target.Url)));

        Assert.DoesNotContain("word", failure.Message);
        Assert.Contains("refused: ***", failure.Message);
    }

    [Fact]
    public async Task A_password_that_is_not_kept_any_more_fails_the_action_before_its_call()
    {
        await using var actions = new Actions(new Kept(), null);

        var failure = await actions.FailAsync("rest-api", Call(new Uri("http://127.0.0.1:1")));

        Assert.Equal(("action.secret_missing", false), (failure.Code, failure.Retryable));
        Assert.Contains("'admin'", failure.Message);
    }

    [Fact]
    public async Task A_password_that_can_not_be_decrypted_fails_the_action_with_what_to_set()
    {
        await using var actions = new Actions(new Unreadable(), null);

        var failure = await actions.FailAsync("rest-api", Call(new Uri("http://127.0.0.1:1")));

        Assert.Equal(("action.secret_missing", false), (failure.Code, failure.Retryable));
        Assert.Contains("the key 1", failure.Message);
    }

    [Fact]
    public async Task The_configuration_has_no_secret_that_is_called_like_a_password()
    {
        await using var actions = new Actions(("Pao:Secrets:fields/admin", "configured"));

        Assert.Equal("action.secret_missing", (await actions.FailAsync("rest-api", Call(new Uri("http://127.0.0.1:1")))).Code);
    }

    private static string Call(Uri address) => new JsonObject
    {
        ["endpoint"] = new JsonObject { ["url"] = address.ToString(), ["method"] = "POST" },
        ["body"] = new JsonObject { ["type"] = "json", ["contentTemplate"] = new JsonObject { ["a"] = FieldSecrets.ReferenceTo("admin") } },
    }.ToJsonString();

    private sealed class Kept(params IEnumerable<(string Field, string Value)> values) : IRequestSecrets
    {
        public Task<IReadOnlyDictionary<string, string>> RevealAsync(Guid requestId, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(values.ToDictionary(one => one.Field, one => one.Value));

        public Task KeepAsync(Guid requestId, string name, string value, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Unreadable : IRequestSecrets
    {
        public Task<IReadOnlyDictionary<string, string>> RevealAsync(Guid requestId, CancellationToken cancellationToken) =>
            throw new SecretUnreadableException("It was encrypted with the key 1.");

        public Task KeepAsync(Guid requestId, string name, string value, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
