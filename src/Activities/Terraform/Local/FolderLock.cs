namespace Pao.Activities.Terraform.Local;

/// <summary>Lets one action at a time work in a folder, also among processes. The system gives it back when its process dies.</summary>
internal sealed class FolderLock : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static async Task<FolderLock> TakeAsync(string folder, TimeProvider clock, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ".pao.lock");
        while (true)
        {
            try
            {
                return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException held) when (held is not (FileNotFoundException or DirectoryNotFoundException))
            {
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
