using System.Reflection;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitLab;

/// <summary>The project that a call names, by its path with the slashes encoded.</summary>
internal sealed record Project(Forge Forge, Repository? Repository, HttpRequest Request)
{
    /// <summary>Makes the project a parameter of endpoints.</summary>
    public static ValueTask<Project?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var forge = context.RequestServices.GetRequiredService<Forges>().GitLab;
        var path = Uri.UnescapeDataString($"{context.GetRouteValue("project")}");
        return ValueTask.FromResult<Project?>(new(forge, forge.Find(path), context.Request));
    }

    public ApiAnswer With(Func<Repository, GitLabJson, ApiAnswer> answer) => Repository is null
        ? ApiAnswer.NotFound("404 Project Not Found")
        : answer(Repository, new GitLabJson(Forge, Repository, Request));

    public ApiAnswer WithCommit(string reference, Func<Repository, GitLabJson, Commit, ApiAnswer> answer) => With((repository, json) =>
        repository.Resolve(reference) is { } commit ? answer(repository, json, commit) : ApiAnswer.NotFound("404 Commit Not Found"));

    /// <summary>A list as GitLab pages it.</summary>
    public ApiAnswer Of<T>(IReadOnlyList<T> all, Func<T, JsonNode> json)
    {
        var page = Page<T>.Of(all, Request, defaultSize: 20);
        return ApiAnswer.Of(new JsonArray([.. page.Items.Select(json)])) with { Headers = page.Links(Request) };
    }
}
