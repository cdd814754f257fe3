using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Pao.Catalog.Sources;

namespace Pao.Catalog.Tests;

public sealed class FolderCatalogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pao-catalog-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_change_that_is_wrong_leaves_the_last_valid_version_in_force()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(_folder));
        Write("starter/hello.yaml", Document("starter-hello-standard", "1.0.0"));
        Write("starter/other.yaml", Document("starter-other-standard", "1.0.0"));
        var first = await RefreshAsync(catalog);
        Assert.False(first.Items["starter-hello-standard"].IsStale);

        Write("starter/hello.yaml", Document("starter-hello-standard", "two"));
        Write("starter/other.yaml", Document("starter-other-standard", "2.0.0"));
        var second = await RefreshAsync(catalog);

        var stale = second.Items["starter-hello-standard"];
        Assert.True(stale.IsStale);
        Assert.Equal("1.0.0", stale.Version);
        Assert.Equal(first.Items["starter-hello-standard"].Digest, stale.Digest);
        Assert.Equal("2.0.0", second.Items["starter-other-standard"].Version);
        Assert.Equal(("version.semver", "starter/hello.yaml"), (second.Findings[0].Rule, second.Findings[0].File));

        Write("starter/hello.yaml", Document("starter-hello-standard", "1.1.0"));
        var third = await RefreshAsync(catalog);

        Assert.False(third.Items["starter-hello-standard"].IsStale);
        Assert.Equal("1.1.0", third.Items["starter-hello-standard"].Version);
        Assert.Equal("1.0.0", first.Items["starter-hello-standard"].Version);
    }

    [Fact]
    public async Task The_text_of_what_is_in_force_is_at_hand_and_not_that_of_another_version()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(_folder));
        Write("starter/hello.yaml", Document("starter-hello-standard", "1.0.0"));
        var first = (await RefreshAsync(catalog)).Items["starter-hello-standard"];
        Write("starter/hello.yaml", "kind: [");
        var stale = (await RefreshAsync(catalog)).Items["starter-hello-standard"];

        Assert.True(stale.IsStale);
        Assert.Equal(Document("starter-hello-standard", "1.0.0"), Text(catalog, stale));
        Write("starter/hello.yaml", Document("starter-hello-standard", "1.1.0"));
        var next = (await RefreshAsync(catalog)).Items["starter-hello-standard"];
        Assert.Equal(Document("starter-hello-standard", "1.1.0"), Text(catalog, next));
        Assert.Null(catalog.TextOf(first));

        static string? Text(ServiceCatalog catalog, CatalogItem item) =>
            catalog.TextOf(item) is { } utf8 ? System.Text.Encoding.UTF8.GetString(utf8.Span) : null;
    }

    [Fact]
    public async Task A_stale_document_stays_stale_while_it_is_changed_into_other_wrong_things()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(_folder));
        Write("starter/hello.yaml", Document("starter-hello-standard", "1.0.0"));
        await RefreshAsync(catalog);

        foreach (var wrong in new[] { "[", "kind: CatalogItem", "" })
        {
            Write("starter/hello.yaml", wrong);
            Assert.True((await RefreshAsync(catalog)).Items["starter-hello-standard"].IsStale);
        }
    }

    [Fact]
    public async Task A_document_that_is_said_to_replace_itself_is_told()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(_folder));
        Write("starter/hello.yaml", Document("starter-hello-standard", "1.0.0") + "\nlifecycle: { deprecated: true, replacedBy: starter-hello-standard }");

        var finding = Assert.Single((await RefreshAsync(catalog)).Findings);

        Assert.Equal(("lifecycle.replaced-by", 19, 44), (finding.Rule, finding.Line, finding.Column));
    }

    [Fact]
    public async Task A_document_that_was_never_valid_is_left_out_and_one_that_is_deleted_goes()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(_folder));
        Write("starter/hello.yaml", Document("starter-hello-standard", "1.0.0"));
        Write("starter/wrong.yaml", "kind: [");
        var first = await RefreshAsync(catalog);
        Assert.Equal(["starter-hello-standard"], first.Items.Keys);
        Assert.Equal("yaml.syntax", Assert.Single(first.Findings).Rule);

        File.Delete(Path.Combine(_folder, "starter/hello.yaml"));

        Assert.Empty((await RefreshAsync(catalog)).Items);
    }

    [Fact]
    public async Task The_second_document_with_an_id_is_left_out()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(_folder));
        Write("starter/a.yaml", Document("starter-hello-standard", "1.0.0"));
        Write("starter/b.yaml", Document("starter-hello-standard", "2.0.0"));

        var snapshot = await RefreshAsync(catalog);

        Assert.Equal("1.0.0", snapshot.Items["starter-hello-standard"].Version);
        var finding = Assert.Single(snapshot.Findings);
        Assert.Equal(("id.duplicate", "starter/b.yaml", 3, 7, "/metadata/id"), (finding.Rule, finding.File, finding.Line, finding.Column, finding.Pointer));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_finding_and_takes_nothing_away()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(Path.Combine(_folder, "sub")));
        Assert.Equal("source.unavailable", Assert.Single((await RefreshAsync(catalog)).Findings).Rule);

        Write("sub/starter/hello.yaml", Document("starter-hello-standard", "1.0.0"));
        Assert.Single((await RefreshAsync(catalog)).Items);

        Directory.Move(Path.Combine(_folder, "sub"), Path.Combine(_folder, "moved"));
        var gone = await RefreshAsync(catalog);

        Assert.Single(gone.Items);
        Assert.Equal("source.unavailable", Assert.Single(gone.Findings).Rule);
    }

    [Fact]
    public async Task Links_schemas_and_starters_are_no_documents()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(Path.Combine(_folder, "catalog")));
        Write("outside/secret.yaml", Document("starter-secret-standard", "1.0.0"));
        Write("catalog/starter/hello.yaml", Document("starter-hello-standard", "1.0.0"));
        Write("catalog/templates/item.yaml", "kind: CatalogItem");
        Write("catalog/schema/item.yaml", "kind: CatalogItem");
        Write("catalog/starter/readme.md", "no document");
        File.CreateSymbolicLink(Path.Combine(_folder, "catalog/starter/link.yaml"), Path.Combine(_folder, "outside/secret.yaml"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "catalog/linked"), Path.Combine(_folder, "outside"));

        var snapshot = await RefreshAsync(catalog);

        Assert.Equal(["starter-hello-standard"], snapshot.Items.Keys);
        Assert.Empty(snapshot.Findings);
    }

    [Fact]
    public async Task What_is_named_like_a_document_and_no_file_is_told_and_never_opened()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(_folder));
        Write("starter/hello.yaml", Document("starter-hello-standard", "1.0.0"));
        Write("starter/other.yaml", Document("starter-other-standard", "1.0.0"));
        Write("starter/empty.yaml", "");
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "starter/empty.yaml"), new DateTime(1960, 1, 1, 0, 0, 0, DateTimeKind.Utc)); // which an archive has no room for
        await RefreshAsync(catalog);
        File.Delete(Path.Combine(_folder, "starter/hello.yaml"));
        MakePipe("starter/hello.yaml");
        MakePipe("starter/pipe.yaml");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "starter/socket.yaml")));

        // Whoever opens a pipe waits, with its thread, for somebody to write into it.
        var snapshot = await Task.Run(() => RefreshAsync(catalog)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(["starter-other-standard"], snapshot.Items.Keys);
        Assert.Equal(
            [
                ("source.special", "starter/hello.yaml", "A named pipe is not read."), ("source.special", "starter/pipe.yaml", "A named pipe is not read."),
                ("source.special", "starter/socket.yaml", "A socket, or what else is no file, is not read."),
            ],
            snapshot.Findings.Where(finding => finding.Rule == "source.special").Select(finding => (finding.Rule, finding.File ?? "", finding.Message)));
        Assert.Equal("starter/empty.yaml", Assert.Single(snapshot.Findings, finding => finding.Rule != "source.special").File);
    }

    /// <summary>Between the look at a folder and the reading of its files, anything can come to be there.</summary>
    [Fact]
    public async Task A_pipe_that_comes_in_a_files_place_meanwhile_is_not_opened_either()
    {
        Write("starter/hello.yaml", Document("starter-hello-standard", "1.0.0"));
        var source = new FolderSource(TestCatalog.Options(_folder), TimeProvider.System, NullLogger<FolderSource>.Instance);
        var file = Assert.Single((await source.ListAsync(null, TestContext.Current.CancellationToken)).Files);
        File.Delete(Path.Combine(_folder, file.Path));
        MakePipe(file.Path);

        var bytes = await Task.Run(() => source.ReadAsync(file, 1000, TestContext.Current.CancellationToken)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(0, bytes?.Length);
    }

    [Fact]
    public async Task The_host_starts_with_the_catalog_and_picks_up_a_change()
    {
        Write("starter/hello.yaml", Document("starter-hello-standard", "1.0.0"));
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Pao:Catalog:Folder"] = _folder });
        builder.Services.AddCatalog();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var catalog = host.Services.GetRequiredService<ServiceCatalog>();
        Assert.Equal("1.0.0", catalog.Current.Items["starter-hello-standard"].Version);

        Write("starter/hello.yaml", Document("starter-hello-standard", "1.1.0"));
        Write("networking/new.yaml", Document("networking-new-standard", "1.0.0"));

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (catalog.Current.Items.Count < 2 || catalog.Current.Items["starter-hello-standard"].Version != "1.1.0")
        {
            await look.WaitForNextTickAsync(patience.Token);
        }

        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_configuration_without_a_folder_stops_the_start()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Pao:Catalog:Folder"] = "" });
        builder.Services.AddCatalog();
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("Folder", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_documents_load_quickly_and_again_even_quicker()
    {
        using var catalog = TestCatalog.Of(TestCatalog.Options(_folder));
        for (var i = 0; i < 1000; i++)
        {
            Write($"starter/n{i}.yaml", Document($"starter-n{i}-standard", "1.0.0"));
        }

        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Equal(1000, (await RefreshAsync(catalog)).Items.Count);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(30));

        var first = catalog.Current.Items["starter-n7-standard"];
        Assert.Same(first, (await RefreshAsync(catalog)).Items["starter-n7-standard"]);
    }

    private static Task<CatalogSnapshot> RefreshAsync(ServiceCatalog catalog) => catalog.RefreshAsync(TestContext.Current.CancellationToken);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void MakePipe(string file)
    {
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(_folder, file)]);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
    }

    private static string Document(string id, string version) => $$$"""
        kind: CatalogItem
        metadata:
          id: {{{id}}}
          name: Test
          description: A description that is long enough for everybody to know what they get.
          version: {{{version}}}
          category: {{{id.Split('-')[0]}}}
          owner: { team: platform, contact: platform@example.com }
        fulfillment:
          strategy: { mode: automatic }
          manual:
            actions:
              - type: jira-ticket
                config: { ticket: { project: PLAT, summaryTemplate: "{{ request.id }}" } }
          automatic:
            actions:
              - type: webhook
                config: { endpoint: { url: "https://example.com/hook" }, body: { template: { id: "{{ request.id }}" } } }
        """;
}
