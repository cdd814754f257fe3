namespace Pao.Bench;

/// <param name="Server">The PostgreSQL server, or null: parts that need one are left out.</param>
/// <param name="Folder">Where files go: on the disk to be measured.</param>
/// <param name="PeersRoot">The peers' programs.</param>
/// <param name="Seconds">How long one measurement takes.</param>
/// <param name="Rounds">How often each is made, in turn with what it is compared with.</param>
/// <param name="Scale">1, or less for a quick look: the parts with many instances take this share of them.</param>
internal sealed record Setup(string? Server, string Folder, string PeersRoot, int Seconds, int Rounds, double Scale)
{
    public int Scaled(int count) => Math.Max(10, (int)(count * Scale));

    /// <summary>SQLite, and PostgreSQL if there is a server: each new, one after the other.</summary>
    public async Task OnEachStoreAsync(Func<Store, Task> measure)
    {
        await using (var sqlite = Store.Sqlite(this))
            await measure(sqlite);
        if (Server is null)
            return;

        await using var postgres = await Store.PostgresAsync(this, Server);
        await measure(postgres);
    }
}
