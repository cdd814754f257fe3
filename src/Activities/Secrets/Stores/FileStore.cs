namespace Pao.Activities.Secrets.Stores;

/// <summary>Files of a folder, each a JSON object or one text: for development, and for secrets that something mounts.</summary>
internal sealed class FileStore(SecretStoreOptions options) : ISecretStore
{
    private const int Largest = 64 * 1024;
    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public async Task<SecretDocument> ReadAsync(SecretReference secret, CancellationToken cancellationToken)
    {
        var path = Path.Combine(options.Folder ?? "", secret.Path.TrimStart('/'));
        try
        {
            // Of the open file, so that it is the one that is read.
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & ForOthers) is not UnixFileMode.None)
                throw new SecretStoreException($"The file '{secret.Path}' may be read by others; set its mode to 600.", isPassing: false);
            if (file.Length > Largest)
                throw new SecretStoreException($"The file '{secret.Path}' has more than {Largest} bytes.", isPassing: false);

            using var reader = new StreamReader(file);
            return SecretDocument.Parse((await reader.ReadToEndAsync(cancellationToken)).TrimEnd('\r', '\n'));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new SecretStoreException($"There is no file '{secret.Path}' that can be read.", isPassing: false, missing);
        }
        catch (IOException failure)
        {
            throw new SecretStoreException($"The file '{secret.Path}' cannot be read.", isPassing: true, failure);
        }
    }
}
