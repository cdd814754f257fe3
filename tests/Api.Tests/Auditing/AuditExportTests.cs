using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Pao.Api.Access;
using Pao.Api.Tests.Access;
using Pao.Api.Tests.Harness;
using Pao.Api.Tests.Health;

namespace Pao.Api.Tests.Auditing;

/// <summary>An export that takes as long as its reader likes, and no longer than its reader may read.</summary>
public sealed class AuditExportTests : IAsyncLifetime
{
    private const int Entries = 1_000;

    private readonly Jump _time = new();
    private readonly Service _service;

    public AuditExportTests() => _service = new Service { Change = services => services.AddSingleton<TimeProvider>(_time) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        using var admin = _service.Client();
        await Administration.PutAsync(admin, "auditor", new { roles = (string[])["admin"] });
        await FillAsync();
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task It_ends_when_its_reader_loses_access_and_not_as_if_it_was_whole()
    {
        using var admin = _service.Client();
        using var auditor = _service.ClientOf("auditor");
        using var export = await auditor.GetAsync("/api/v1/audit/export", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await export.Content.ReadAsStreamAsync(Cancellation));
        Assert.NotNull(await lines.ReadLineAsync(Cancellation));

        await Administration.PostAsync(admin, "/api/v1/principals/auditor/disable");
        _time.Ahead(AccessRenewal.Period + TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<IOException>(() => CountAsync(lines));
    }

    [Fact]
    public async Task It_goes_on_for_a_reader_who_keeps_access()
    {
        using var auditor = _service.ClientOf("auditor");
        using var export = await auditor.GetAsync("/api/v1/audit/export", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await export.Content.ReadAsStreamAsync(Cancellation));
        Assert.NotNull(await lines.ReadLineAsync(Cancellation));

        _time.Ahead(AccessRenewal.Period + TimeSpan.FromSeconds(1));

        Assert.True(await CountAsync(lines) >= Entries - 1);
    }

    private static async Task<int> CountAsync(StreamReader lines)
    {
        var count = 0;
        while (await lines.ReadLineAsync(Cancellation) is not null)
            count++;
        return count;
    }

    /// <summary>More than is on its way at a time, so that the end is written when the beginning was read.</summary>
    private async Task FillAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_service.DataDirectory, "pao.db")};Pooling=false;Default Timeout=10");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = $$"""
            with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < {{Entries}})
            insert into audit_log (at, actor, action, details)
            select 0, 'somebody', 'test.step', json_object('text', '{{new string('x', 1000)}}') from numbers
            """;
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
