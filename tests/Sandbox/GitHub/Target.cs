using System.Reflection;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitHub;

/// <summary>The repository that a call names.</summary>
internal sealed record Target(Forge Forge, Repository? Repository, HttpRequest Request)
{
    /// <summary>Makes the repository a parameter of endpoints.</summary>
    public static ValueTask<Target?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var forge = context.RequestServices.GetRequiredService<Forges>().GitHub;
        var repository = forge.Find($"{context.GetRouteValue("owner")}/{context.GetRouteValue("name")}");
        return ValueTask.FromResult<Target?>(new(forge, repository, context.Request));
    }

    public ApiAnswer Of(Func<GitHubJson, JsonNode> json) => With(repository => ApiAnswer.Of(json(new GitHubJson(Forge, repository, Request))));

    public ApiAnswer With(Func<Repository, ApiAnswer> answer) => Repository is null ? ApiAnswer.NotFound() : answer(Repository);

    public ApiAnswer With(Func<Repository, GitHubJson, ApiAnswer> answer) =>
        With(repository => answer(repository, new GitHubJson(Forge, repository, Request)));
}
