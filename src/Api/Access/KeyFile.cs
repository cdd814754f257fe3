using System.Security.Cryptography;
using System.Text;

namespace Pao.Api.Access;

/// <summary>A random key in a file that only its owner reads, made by whoever needs it first.</summary>
/// <param name="Path">Where it is kept.</param>
/// <param name="Key">At least 32 characters.</param>
/// <param name="IsNew">Whether this call made it.</param>
internal sealed record KeyFile(string Path, string Key, bool IsNew)
{
    private const int Bytes = 32;

    /// <exception cref="InvalidOperationException">The file holds no key.</exception>
    public static KeyFile OpenOrCreate(string folder, string name)
    {
        var (path, isNew) = Create(folder, name, () => $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes))}\n");
        var key = File.ReadAllText(path).Trim();
        return key.Length >= Bytes
            ? new KeyFile(path, key, isNew)
            : throw new InvalidOperationException($"{path} does not hold a key: delete it, and the next start makes a new one.");
    }

    /// <summary>Makes the file, for its owner only, with this content, if it is not there.</summary>
    public static (string Path, bool IsNew) Create(string folder, string name, Func<string> content)
    {
        var path = PathOf(folder, name);
        CreateFolder(folder);
        return (path, Create(path, content));
    }

    public static string PathOf(string folder, string name) => System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), name);

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // Written to the side and moved into place: a crash leaves a whole file or none. Of two processes that start together
    // one loses the race, and both use the winner's.
    private static bool Create(string file, Func<string> content)
    {
        if (File.Exists(file))
            return false;

        var draft = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        using (var stream = new FileStream(draft, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(content()));
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, file, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
            return false;
        }
    }
}
