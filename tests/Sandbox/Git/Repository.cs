using System.Text;

namespace Pao.Sandbox.Git;

/// <summary>One git repository, and what its host keeps beside it.</summary>
internal sealed class Repository(string fullName, string defaultBranch)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _branches = [];
    private readonly List<CommitStatus> _statuses = [];
    private readonly List<ChangeRequest> _changes = [];
    private readonly List<Hook> _hooks = [];
    private readonly HashSet<string> _protected = [];

    /// <summary>Taken by who reads where a branch points to, and then moves it.</summary>
    public Lock References { get; } = new();

    /// <summary>A branch points somewhere else now: its name, and to what.</summary>
    public event Action<string, string>? Moved;

    public string FullName => fullName;

    public string DefaultBranch => defaultBranch;

    public ObjectStore Objects { get; } = new();

    public HashSet<string> Administrators { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many entries a recursive listing holds before it is cut, as the host does with very large trees.</summary>
    public int TreeLimit { get; set; } = 100_000;

    public IReadOnlyList<CommitStatus> Statuses => Locked(() => _statuses.ToArray());

    public IReadOnlyList<ChangeRequest> Changes => Locked(() => _changes.ToArray());

    public IReadOnlyList<Hook> Hooks => Locked(() => _hooks.ToArray());

    public string? Head(string branch) => Locked(() => _branches.GetValueOrDefault(branch));

    public void Point(string branch, string sha)
    {
        Locked(() => _branches[branch] = sha);
        Moved?.Invoke(branch, sha);
    }

    /// <summary>Takes no commits but by pull requests.</summary>
    public void Protect(string branch) => Locked(() => _protected.Add(branch));

    public bool IsProtected(string branch) => Locked(() => _protected.Contains(branch));

    /// <summary>A branch, or a commit by its whole id.</summary>
    public Commit? Resolve(string name) => Objects.FindCommit(Head(name) ?? name);

    public void Add(CommitStatus status) => Locked(() => _statuses.Add(status));

    public void Add(Hook hook) => Locked(() => _hooks.Add(hook));

    public ChangeRequest Open(Func<int, ChangeRequest> make) => Locked(() =>
    {
        var change = make(_changes.Count + 1);
        _changes.Add(change);
        return change;
    });

    /// <summary>All files of a commit, links and submodules included.</summary>
    public IReadOnlyDictionary<string, TreeFile> FilesOf(Commit commit)
    {
        var files = new Dictionary<string, TreeFile>(StringComparer.Ordinal);
        foreach (var (path, entry) in Walk(commit.Tree).Where(found => found.Entry.Type != "tree"))
            files[path] = new TreeFile(entry.Mode, entry.Sha);
        return files;
    }

    /// <summary>Everything below a tree, folders before what they hold.</summary>
    public IEnumerable<(string Path, TreeEntry Entry)> Walk(string tree, bool recursive = true) =>
        (Objects.FindTree(tree) ?? []).SelectMany(entry => recursive && entry.Type == "tree"
            ? Walk(entry.Sha).Select(below => ($"{entry.Name}/{below.Path}", below.Entry)).Prepend((entry.Name, entry))
            : [(entry.Name, entry)]);

    /// <summary>A commit upon another, with some files changed.</summary>
    public Commit Write(Commit? parent, IReadOnlyList<string> parents, Draft draft, Person author, Person committer, DateTimeOffset at)
    {
        var files = parent is null ? [] : new Dictionary<string, TreeFile>(FilesOf(parent), StringComparer.Ordinal);
        foreach (var (path, text) in draft.Files ?? [])
        {
            if (text is null)
                files.Remove(path);
            else
                files[path] = new TreeFile(TreeFile.Plain, Objects.WriteBlob(Encoding.UTF8.GetBytes(text)));
        }

        foreach (var (path, target) in draft.Links ?? [])
            files[path] = new TreeFile(TreeFile.Link, Objects.WriteBlob(Encoding.UTF8.GetBytes(target)));
        foreach (var (path, sha) in draft.Submodules ?? [])
            files[path] = new TreeFile(TreeFile.Submodule, sha);
        return Objects.WriteCommit(Objects.WriteTree(files), parents, author, committer, at, draft.Message ?? "Change");
    }

    /// <summary>What <paramref name="head"/> has and <paramref name="from"/> has not, oldest first.</summary>
    public Comparison Compare(Commit from, Commit head)
    {
        var ofFrom = Ancestors(from);
        var ofHead = Ancestors(head);
        var ahead = ofHead.Where(commit => !ofFrom.Contains(commit)).Reverse().ToList();
        var mergeBase = ofHead.FirstOrDefault(ofFrom.Contains);
        return new Comparison(mergeBase, ahead, ofFrom.Count(commit => !ofHead.Contains(commit)));
    }

    public bool Contains(string branch, string sha) =>
        Resolve(branch) is { } head && Ancestors(head).Any(commit => commit.Sha == sha);

    /// <summary>The commit and all before it, the newest first.</summary>
    public IReadOnlyList<Commit> Ancestry(Commit head) => Ancestors(head);

    /// <summary>The commit and all before it, each before its parents.</summary>
    private List<Commit> Ancestors(Commit head)
    {
        var order = new List<Commit>();
        var seen = new HashSet<string>();
        Visit(head);
        order.Reverse();
        return order;

        void Visit(Commit commit)
        {
            if (!seen.Add(commit.Sha))
                return;
            foreach (var parent in commit.Parents)
                Visit(Objects.FindCommit(parent) ?? throw new InvalidOperationException($"There is no commit {parent}."));
            order.Add(commit);
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
            return read();
    }

    private void Locked(Action change)
    {
        lock (_gate)
            change();
    }
}

/// <param name="Commits">Oldest first.</param>
internal sealed record Comparison(Commit? MergeBase, IReadOnlyList<Commit> Commits, int BehindBy)
{
    public string Status => (Commits.Count, BehindBy) switch
    {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
}

/// <summary>A commit as a test writes it.</summary>
/// <param name="Files">Path to text; null deletes.</param>
/// <param name="Login">The author's account; null for somebody without one.</param>
internal sealed record Draft(
    string? Login,
    string? Email,
    string? Message,
    Dictionary<string, string?>? Files,
    Dictionary<string, string>? Links,
    Dictionary<string, string>? Submodules,
    string? From);

internal sealed record CommitStatus(
    long Id, string Sha, string Context, string State, string? Description, Uri? TargetUrl, string Creator, DateTimeOffset At);

/// <param name="Secret">Signs what is sent, or is sent with it, as the host does.</param>
internal sealed record Hook(long Id, Uri Url, string? Secret);
