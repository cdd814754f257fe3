using Pao.Sandbox.GitHub;
using Pao.Sandbox.GitLab;

namespace Pao.Sandbox.Git;

/// <summary>Lets tests act as the people who work with a repository. No host has these paths.</summary>
internal static class WorkEndpoints
{
    public static void MapWork(this IEndpointRouteBuilder routes)
    {
        var host = routes.MapGroup("/sandbox/{host}");
        host.MapPost("/repositories", Create);
        host.MapPost("/teams", (string host, TeamOrder order, Forges forges) => Done(() => Of(forges, host).SetTeam(order.Team, order.Members)));
        host.MapPost("/limits", (string host, LimitOrder order, Forges forges, TimeProvider clock) =>
            Done(() => Of(forges, host).Limits.Set(order.Token, order, clock.GetUtcNow())));

        var repository = host.MapGroup("/repositories/{owner}/{name}");
        repository.MapPost("/pushes", (PushOrder order, Site site) =>
            site.Announce(site.Work.Commit(order.Branch ?? site.Repository.DefaultBranch, order.Commits, order.Commits[0].From is not null)));
        repository.MapPost("/resets", (ResetOrder order, Site site) =>
            site.Announce(site.Work.Reset(site.Repository.DefaultBranch, order.Sha, order.By)));
        repository.MapPost("/changes", Open);
        repository.MapPost("/changes/{number:int}/commits", More);
        repository.MapPost("/changes/{number:int}/reviews", (int number, ReviewOrder order, Site site) =>
            Done(() => site.Work.Review(site.Change(number), order.Login, order.State ?? "APPROVED")));
        repository.MapPost("/changes/{number:int}/merge", (int number, MergeOrder order, Site site) =>
            Merged(site, site.Change(number), order));
        repository.MapPost("/changes/{number:int}/close", (int number, Site site, TimeProvider clock) => Done(() =>
        {
            site.Change(number).ClosedAt = clock.GetUtcNow();
            site.AnnounceEnd(site.Change(number));
        }));
        repository.MapPost("/administrators", (string[] logins, Site site) => Done(() => site.Repository.Administrators.UnionWith(logins)));
        repository.MapPost("/protections", (string branch, Site site) => Done(() => site.Repository.Protect(branch)));
        repository.MapGet("/files", (string? branch, Site site) => site.Repository.Resolve(branch ?? site.Repository.DefaultBranch) is { } head
            ? site.Repository.FilesOf(head).ToDictionary(file => file.Key, file => System.Text.Encoding.UTF8.GetString(site.Repository.Objects.FindBlob(file.Value.Sha) ?? []))
            : []);
        repository.MapPost("/tree-limit", (int limit, Site site) => Done(() => site.Repository.TreeLimit = limit));
        repository.MapGet("/statuses", (Site site) => site.Repository.Statuses);
    }

    private static IResult Merged(Site site, ChangeRequest change, MergeOrder order)
    {
        var answer = site.Announce(site.Work.Merge(change, order.By, order.Method ?? "merge", order.More));
        site.AnnounceEnd(change);
        return answer;
    }

    private static IResult Create(string host, RepositoryOrder order, Forges forges)
    {
        Of(forges, host).Create(order.FullName, order.DefaultBranch ?? "main");
        return Results.NoContent();
    }

    private static IResult Open(ChangeOrder order, Site site)
    {
        var branch = order.Branch ?? $"change-{site.Repository.Changes.Count + 1}";
        site.Work.Commit(branch, order.Commits);
        var change = site.Work.Open(order.Author, order.Title ?? "A change", branch);
        return Results.Ok(new { change.Number, change.Head });
    }

    /// <summary>More commits to a change that is open: what was approved before is not what will be merged.</summary>
    private static IResult More(int number, PushOrder order, Site site)
    {
        var change = site.Change(number);
        change.Head = site.Work.Commit(change.HeadBranch, order.Commits).After;
        return Results.Ok(new { change.Number, change.Head });
    }

    private static Forge Of(Forges forges, string host) => forges.Find(host) ?? throw new BadHttpRequestException($"There is no host {host}.");

    private static IResult Done(Action action)
    {
        action();
        return Results.NoContent();
    }
}

/// <summary>The repository that a test works with.</summary>
internal sealed record Site(Repository Repository, Forge Forge, Work Work, Func<Push, IResult> Announce, Action<ChangeRequest> AnnounceEnd)
{
    public static ValueTask<Site?> BindAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var host = $"{context.GetRouteValue("host")}";
        var forge = services.GetRequiredService<Forges>().Find(host) ?? throw new BadHttpRequestException($"There is no host {host}.");
        var repository = forge.Find($"{context.GetRouteValue("owner")}/{context.GetRouteValue("name")}")
            ?? throw new BadHttpRequestException("There is no such repository.", 404);
        var work = new Work(forge, repository, services.GetRequiredService<TimeProvider>());
        return ValueTask.FromResult<Site?>(new Site(repository, forge, work, Announce, AnnounceEnd));

        void AnnounceEnd(ChangeRequest change)
        {
            if (host == Forges.GitHubName)
                services.GetRequiredService<Deliveries>().Announce(repository, change, "closed", new GitHubJson(forge, repository, context.Request));
        }

        IResult Announce(Push push)
        {
            var deliveries = services.GetRequiredService<Deliveries>();
            if (host == Forges.GitHubName)
                deliveries.Announce(push, new GitHubJson(forge, repository, context.Request));
            else
                deliveries.Announce(push);
            return Results.Ok(new { push.Before, push.After });
        }
    }

    public ChangeRequest Change(int number) =>
        Repository.Changes.FirstOrDefault(change => change.Number == number) ?? throw new BadHttpRequestException("There is no such change.", 404);
}

internal sealed record RepositoryOrder(string FullName, string? DefaultBranch);

/// <param name="Team"><c>organisation/team</c>.</param>
internal sealed record TeamOrder(string Team, string[] Members);

internal sealed record PushOrder(string? Branch, Draft[] Commits);

internal sealed record ResetOrder(string Sha, string By);

internal sealed record ChangeOrder(string Author, string? Title, string? Branch, Draft[] Commits);

internal sealed record ReviewOrder(string Login, string? State);

internal sealed record MergeOrder(string By, string? Method, Draft? More);
