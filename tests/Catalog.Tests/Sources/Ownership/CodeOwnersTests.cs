using System.Text;
using Pao.Catalog.Sources.Ownership;

namespace Pao.Catalog.Tests.Sources.Ownership;

public sealed class CodeOwnersTests
{
    /// <summary>Pattern, path, whether it matches: GitHub's documentation, then gitignore's rules, then what people try.</summary>
    public static TheoryData<string, string, bool> Patterns => new()
    {
        { "*", "readme.md", true },
        { "*", "a/b/c.yaml", true },
        { "*.js", "app.js", true },
        { "*.js", "src/deep/app.js", true },
        { "*.js", "app.jsx", false },
        { "*.js", "lib.js/readme.md", true },
        { "/build/logs/", "build/logs/a.log", true },
        { "/build/logs/", "build/logs/deep/a.log", true },
        { "/build/logs/", "src/build/logs/a.log", false },
        { "/build/logs/", "build/logs", false },
        { "docs/*", "docs/getting-started.md", true },
        { "docs/*", "docs/build-app/troubleshooting.md", false },
        { "docs/*", "src/docs/getting-started.md", false },
        { "apps/", "apps/a.go", true },
        { "apps/", "src/apps/deep/a.go", true },
        { "apps/", "apps", false },
        { "/docs/", "docs/a.md", true },
        { "/docs/", "src/docs/a.md", false },
        { "/scripts/", "scripts/deep/run.sh", true },
        { "**/logs", "build/logs/a.log", true },
        { "**/logs", "scripts/logs/a.log", true },
        { "**/logs", "deeply/nested/logs/a.log", true },
        { "**/logs", "logs/a.log", true },
        { "**/logs", "logs", true },
        { "**/logs", "blogs/a.log", false },
        { "/apps/github", "apps/github/a.go", true },
        { "/apps/github", "apps/github", true },
        { "/apps/github", "apps/githubs/a.go", false },
        { "/apps/github", "src/apps/github", false },
        { "databases", "databases", true },
        { "databases", "catalog/databases/pg.yaml", true },
        { "databases", "catalog/databases-old/pg.yaml", false },
        { "/databases", "catalog/databases/pg.yaml", false },
        { "catalog/databases", "catalog/databases/deep/pg.yaml", true },
        { "catalog/databases", "other/catalog/databases/pg.yaml", false },
        { "catalog/*/pg.yaml", "catalog/databases/pg.yaml", true },
        { "catalog/*/pg.yaml", "catalog/databases/deep/pg.yaml", false },
        { "catalog/*/pg.yaml", "catalog/pg.yaml", false },
        { "catalog/**/pg.yaml", "catalog/pg.yaml", true },
        { "catalog/**/pg.yaml", "catalog/a/b/c/pg.yaml", true },
        { "catalog/**/pg.yaml", "pg.yaml", false },
        { "catalog/**", "catalog/a/b.yaml", true },
        { "catalog/**", "catalog", false },
        { "catalog/**", "other/catalog/a.yaml", false },
        { "catalog/**/", "catalog/a/b.yaml", true },
        { "catalog/**/", "catalog/b.yaml", false },
        { "**", "a/b", true },
        { "/**", "a/b", true },
        { "**/", "a/b", true },
        { "**/", "a", false },
        { "**/*.yaml", "a.yaml", true },
        { "**/*.yaml", "a/b/c.yaml", true },
        { "catalog/**/*", "catalog/a/b.yaml", true },
        { "/*", "readme.md", true },
        { "/*", "catalog/readme.md", false },
        { "/*.yaml", "a.yaml", true },
        { "/*.yaml", "catalog/a.yaml", false },
        { "/*/", "catalog/a.yaml", true },
        { "/*/", "a.yaml", false },
        { "a?c.yaml", "abc.yaml", true },
        { "a?c.yaml", "ac.yaml", false },
        { "a?c.yaml", "a/c.yaml", false },
        { "a*c.yaml", "a/c.yaml", false },
        { "pg*", "databases/pg-old/a.yaml", true },
        { "*pg*", "databases/my-pg-old.yaml", true },
        { "a**b", "axxb", true },
        { "a**b", "a/b", false },
        { "Databases/", "databases/pg.yaml", false },
        { "/DATABASES/PG.yaml", "databases/pg.yaml", false },
        { @"my\ file.yaml", "my file.yaml", true },
        { @"my\ file.yaml", "my", false },
        { @"\#notes.yaml", "#notes.yaml", true },
        { "a#b.yaml", "a#b.yaml", true },
        { @"a\*.yaml", "a*.yaml", true },
        { @"a\*.yaml", "ab.yaml", false },
        { @"a\[1\].yaml", "a[1].yaml", true },
        { "größe.yaml", "größe.yaml", true },
        { "a.yaml", "axyaml", false },
        { "a+(b).yaml", "a+(b).yaml", true },
        { ".github/CODEOWNERS", ".github/CODEOWNERS", true },
        { "CODEOWNERS", ".github/CODEOWNERS", true },
        { "/CODEOWNERS", ".github/CODEOWNERS", false },
        { "catalog/", "catalog", false },
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_pattern_matches_as_on_github(string pattern, string path, bool matches)
    {
        var owners = Parse($"{pattern} @somebody");

        Assert.Empty(owners.Mistakes);
        Assert.Equal(matches, owners.RuleOf(path) is not null);
    }

    [Theory]
    [InlineData("! @a")]
    [InlineData("!docs/ @a")]
    [InlineData("[a-z].yaml @a")]
    [InlineData("a[0].yaml @a")]
    [InlineData("[Section]")]
    [InlineData("^[Optional] @a")]
    [InlineData("a//b @a")]
    [InlineData("//a @a")]
    [InlineData("/ @a")]
    [InlineData(@"a\")]
    [InlineData("*.yaml somebody")]
    [InlineData("*.yaml @")]
    [InlineData("*.yaml @a @b!")]
    [InlineData("*.yaml @a/")]
    [InlineData("*.yaml a@b@c.example")]
    [InlineData("*.yaml https://example.com/team")]
    public void A_line_that_github_passes_over_does_not_count_and_is_told(string line)
    {
        var owners = Parse($"* @all\n{line}\n");

        Assert.Equal(2, Assert.Single(owners.Mistakes).Line);
        Assert.Equal(["@all"], owners.RuleOf("a.yaml")?.Owners);
        Assert.Equal(["@all"], owners.RuleOf("docs/a.yaml")?.Owners);
    }

    [Fact]
    public void The_last_line_that_matches_counts_and_one_without_owners_gives_a_path_to_nobody()
    {
        var owners = Parse("""
            # The defaults.
            *            @acme/platform
              *.yaml     @yaml-person   someone@example.com  # and why
            /databases/	@Alice @acme/dba

            /databases/open/
            /databases/open/pg.yaml @bob
            """);

        Assert.Equal(["@acme/platform"], owners.RuleOf("readme.md")?.Owners);
        Assert.Equal(["@yaml-person", "someone@example.com"], owners.RuleOf("messaging/topic.yaml")?.Owners);
        Assert.Equal(["@Alice", "@acme/dba"], owners.RuleOf("databases/pg.yaml")?.Owners);
        Assert.Equal([], owners.RuleOf("databases/open/x.yaml")?.Owners);
        Assert.Equal(["@bob"], owners.RuleOf("databases/open/pg.yaml")?.Owners);
        Assert.Equal(4, owners.RuleOf("databases/pg.yaml")?.Line);
    }

    [Fact]
    public void Carriage_returns_a_byte_order_mark_and_comments_change_nothing()
    {
        var owners = Parse("\uFEFF/a/ @a\r\n#/b/ @b\r\n  # /c/ @c\r\n/d/ #@d\r\n");

        Assert.Empty(owners.Mistakes);
        Assert.Equal(["@a"], owners.RuleOf("a/x")?.Owners);
        Assert.Null(owners.RuleOf("b/x"));
        Assert.Null(owners.RuleOf("c/x"));
        Assert.Equal([], owners.RuleOf("d/x")?.Owners);
    }

    [Fact]
    public void A_pattern_made_to_be_slow_is_not()
    {
        var path = string.Join('/', Enumerable.Repeat(new string('a', 200), 40));
        var stars = string.Concat(Enumerable.Repeat("*a", 100)) + "b";
        var folders = string.Join('/', Enumerable.Repeat("**/*a*", 100)) + "/b";
        var cost = Cost.Start();

        Assert.Null(Parse($"{stars} @a\n{folders} @a").RuleOf(path));

        cost.Check();
    }

    private static CodeOwners Parse(string text) => CodeOwners.Parse(".github/CODEOWNERS", Encoding.UTF8.GetBytes(text));
}
