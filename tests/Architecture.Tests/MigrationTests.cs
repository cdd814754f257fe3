using System.Globalization;
using System.Text.RegularExpressions;

namespace Pao.Architecture.Tests;

/// <summary>
/// A release runs on the schema of the next one (ADR 21): what a migration of a later release does, the statements of the release
/// before must bear. Whether today's do is tried by RollingUpdateTests.
/// </summary>
public sealed partial class MigrationTests
{
    public static TheoryData<string, string> Stores => new()
    {
        { "src/Orchestrator/Storage/Migrations.cs", "src/Orchestrator/Storage/Postgres/Migrations" },
        { "src/Orchestrator/Storage/Migrations.cs", "src/Orchestrator/Storage/Sqlite/Migrations" },
        { "src/TaskHub/Postgres/PostgresMigrations.cs", "src/TaskHub/Postgres/Migrations" },
    };

    [Theory]
    [MemberData(nameof(Stores))]
    public void The_migrations_of_later_releases_take_nothing_away(string code, string folder)
    {
        var releases = Releases().Match(File.ReadAllText(Path.Combine(Repository.Root, code))).Groups["first"].Value
            .Split(',').Select(first => int.Parse(first, CultureInfo.InvariantCulture)).ToList();
        var scripts = Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.sql")
            .ToDictionary(file => int.Parse(Path.GetFileName(file).Split('_')[0], CultureInfo.InvariantCulture));

        Assert.Equal(1, releases[0]);
        Assert.Equal(releases.Order().Distinct(), releases);
        Assert.All(releases, first => Assert.Contains(first, scripts.Keys));
        Assert.All(
            scripts.Where(script => releases.Count > 1 && script.Key >= releases[1]),
            script => Assert.Equal([], Taken(File.ReadAllText(script.Value))));
    }

    [Theory]
    [InlineData("alter table requests drop column team;", "drop column")]
    [InlineData("drop table request_log;", "drop table")]
    [InlineData("ALTER TABLE requests RENAME COLUMN team TO squad;", "rename")]
    [InlineData("alter table requests alter column team type integer;", "type")]
    [InlineData("alter table requests alter column team set not null;", "set not null")]
    [InlineData("alter table requests add column urgency integer not null;", "not null without a default")]
    [InlineData("alter table requests add constraint one check (team <> '');", "add constraint")]
    [InlineData("create unique index one on requests (team);", "create unique index")]
    public void What_would_stop_the_release_before_is_found(string sql, string what) => Assert.Equal([what], Taken(sql));

    [Theory]
    [InlineData("create table next (id text primary key, name text not null); create unique index n on next (name);")]
    [InlineData("alter table requests add column urgency integer;")]
    [InlineData("alter table requests add column urgency integer not null default 0; create index u on requests (urgency);")]
    [InlineData("-- drop table requests\ncreate table other (id text)")]
    public void What_adds_only_is_let_through(string sql) => Assert.Equal([], Taken(sql));

    private static IEnumerable<string> Taken(string script)
    {
        var statements = Comment().Replace(script, "").ToLowerInvariant().Split(';').Select(sql => Blank().Replace(sql, " ").Trim()).ToList();
        var made = statements.Select(sql => Made().Match(sql)).Where(match => match.Success).Select(match => match.Groups["table"].Value).ToHashSet();
        foreach (var sql in statements)
        {
            if (Removing().Match(sql) is { Success: true } removing)
                yield return removing.Value.Contains("rename", StringComparison.Ordinal) ? "rename" : removing.Value.Trim();
            if (sql.Contains("alter column", StringComparison.Ordinal) && sql.Contains(" type ", StringComparison.Ordinal))
                yield return "type";
            if (sql.Contains("set not null", StringComparison.Ordinal))
                yield return "set not null";
            foreach (Match column in Added().Matches(sql))
                if (column.Value.Contains("not null", StringComparison.Ordinal) && !column.Value.Contains("default", StringComparison.Ordinal))
                    yield return "not null without a default";
            if (sql.Contains("add constraint", StringComparison.Ordinal))
                yield return "add constraint";
            if (Unique().Match(sql) is { Success: true } unique && !made.Contains(unique.Groups["table"].Value))
                yield return "create unique index";
        }
    }

    [GeneratedRegex(@"int\[\] Releases = \[(?<first>[\d, ]+)\];")]
    private static partial Regex Releases();

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"^create table (if not exists )?(?<table>\S+)")]
    private static partial Regex Made();

    [GeneratedRegex(@"\bdrop (table|column|view|function)\b|\brename\b")]
    private static partial Regex Removing();

    [GeneratedRegex(@"add column [^,]+")]
    private static partial Regex Added();

    [GeneratedRegex(@"^create unique index .* on (?<table>\S+)")]
    private static partial Regex Unique();
}
