namespace Pao.Sandbox.Git;

/// <summary>What people do with a repository: commit, push, open change requests, merge them.</summary>
internal sealed class Work(Forge forge, Repository repository, TimeProvider clock)
{
    private const string NoReply = "noreply@github.com";

    /// <summary>Commits upon a branch, or upon what the first draft names, and moves the branch there.</summary>
    public Push Commit(string branch, IReadOnlyList<Draft> drafts, bool forced = false)
    {
        var before = repository.Head(branch);
        var head = drafts[0].From is { } from ? repository.Resolve(from) : repository.Resolve(branch) ?? repository.Resolve(repository.DefaultBranch);
        foreach (var draft in drafts)
        {
            var author = AuthorOf(draft);
            head = repository.Write(head, head is null ? [] : [head.Sha], draft, author, author, clock.GetUtcNow());
        }

        repository.Point(branch, head!.Sha);
        return new Push(repository, branch, before ?? Push.Nothing, head.Sha, drafts[^1].Login ?? "somebody", forced);
    }

    /// <summary>Moves a branch to any commit, as a forced push does.</summary>
    public Push Reset(string branch, string sha, string by)
    {
        var before = repository.Head(branch) ?? Push.Nothing;
        repository.Point(branch, sha);
        return new Push(repository, branch, before, sha, by, Forced: true);
    }

    public ChangeRequest Open(string author, string title, string headBranch) => repository.Open(number => new ChangeRequest(
        number, forge.AccountOf(author).Login, title, repository.DefaultBranch, headBranch) { Head = repository.Head(headBranch) ?? Push.Nothing });

    public void Review(ChangeRequest change, string login, string state) =>
        change.Reviews.Add(new Review(forge.NextId(), forge.AccountOf(login).Login, state, change.Head, clock.GetUtcNow()));

    /// <param name="method">As the host's buttons do it: <c>merge</c>, <c>squash</c> or <c>rebase</c>; or <c>local</c>, by hand, perhaps with more than was proposed.</param>
    /// <param name="more">What the one who merges by hand adds.</param>
    public Push Merge(ChangeRequest change, string by, string method, Draft? more)
    {
        var now = clock.GetUtcNow();
        var target = repository.Resolve(change.BaseBranch) ?? throw new InvalidOperationException("There is nothing to merge into.");
        var head = repository.Resolve(change.Head) ?? throw new InvalidOperationException("There is nothing to merge.");
        var range = repository.Compare(target, head);
        var merger = PersonOf(by);
        var host = new Person("GitHub", NoReply);
        IReadOnlyList<Commit> landed = method switch
        {
            "squash" => [Land(target, [target.Sha], Difference(range, head, null, change.Title), PersonOf(change.Author), host, now)],
            "rebase" => Replay(target, range.Commits, merger, now),
            "local" => [.. range.Commits, Land(target, [target.Sha, head.Sha], Difference(range, head, more, change.Title), merger, merger, now)],
            _ => [.. range.Commits, Land(target, [target.Sha, head.Sha], Difference(range, head, null, change.Title), merger, host, now)],
        };
        repository.Point(change.BaseBranch, landed[^1].Sha);
        change.Merge(forge.AccountOf(by).Login, landed[^1].Sha, landed.Select(commit => commit.Sha), now);
        return new Push(repository, change.BaseBranch, target.Sha, landed[^1].Sha, by, Forced: false);
    }

    private Commit Land(
        Commit upon, IReadOnlyList<string> parents, Dictionary<string, TreeFile?> difference, Person author, Person committer, DateTimeOffset at)
    {
        var files = new Dictionary<string, TreeFile>(repository.FilesOf(upon), StringComparer.Ordinal);
        foreach (var (path, file) in difference)
        {
            if (file is null)
                files.Remove(path);
            else
                files[path] = file;
        }

        return repository.Objects.WriteCommit(repository.Objects.WriteTree(files), parents, author, committer, at, "Merge");
    }

    private List<Commit> Replay(Commit upon, IReadOnlyList<Commit> commits, Person committer, DateTimeOffset at)
    {
        var landed = new List<Commit>();
        foreach (var commit in commits)
        {
            var before = repository.Objects.FindCommit(commit.Parents[0])!;
            upon = Land(upon, [upon.Sha], Between(before, commit), commit.Author, committer, at);
            landed.Add(upon);
        }

        return landed;
    }

    private Dictionary<string, TreeFile?> Difference(Comparison range, Commit head, Draft? more, string message)
    {
        var difference = Between(range.MergeBase!, head);
        if (more is null)
            return difference;

        var added = repository.Write(null, [], more with { Message = message }, AuthorOf(more), AuthorOf(more), clock.GetUtcNow());
        foreach (var (path, file) in repository.FilesOf(added))
            difference[path] = file;
        return difference;
    }

    private Dictionary<string, TreeFile?> Between(Commit from, Commit to)
    {
        var (old, now) = (repository.FilesOf(from), repository.FilesOf(to));
        return old.Keys.Union(now.Keys).Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path))
            .ToDictionary(path => path, now.GetValueOrDefault);
    }

    private Person AuthorOf(Draft draft) => draft switch
    {
        { Login: { } login, Email: { } email } => new Person(login, email),
        { Login: { } login } => PersonOf(login),
        _ => new Person("Somebody", draft.Email ?? "somebody@nowhere.example"),
    };

    private Person PersonOf(string login) => new(login, forge.AccountOf(login).Email);
}
