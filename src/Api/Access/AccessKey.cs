using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Pao.Api.Configuration;

namespace Pao.Api.Access;

/// <summary>The key that every call shows: made at the first start, kept in a file that only its owner reads.</summary>
internal sealed class AccessKey
{
    public const string FileName = "access-key";
    private const int Bytes = 32;

    private readonly byte[] _hash;

    public AccessKey(IOptions<PaoOptions> options)
    {
        File = Path.Combine(Path.GetFullPath(options.Value.DataDirectory), FileName);
        CreateFolder(options.Value.DataDirectory);
        IsNew = Create(File);
        var key = System.IO.File.ReadAllText(File).Trim();
        if (key.Length < Bytes)
            throw new InvalidOperationException($"{File} does not hold an access key: delete it, and the next start makes a new one.");

        _hash = Hash(key);
        Announcement = IsNew ? $"Access key, shown this once: {key} (kept in {File})" : $"The access key is in {File}.";
    }

    public string File { get; }

    /// <summary>Whether this start made it.</summary>
    public bool IsNew { get; }

    /// <summary>Tells the person at the terminal where the key is; at the first start also what it is.</summary>
    public string Announcement { get; }

    /// <summary>Compares in a time that tells nothing about the key.</summary>
    public bool Matches(string candidate) => CryptographicOperations.FixedTimeEquals(Hash(candidate), _hash);

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // Written to the side and moved into place: a crash leaves a whole key or none. Of two processes that start together
    // one loses the race, and both use the winner's key.
    private static bool Create(string file)
    {
        if (System.IO.File.Exists(file))
            return false;

        var draft = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        using (var stream = new FileStream(draft, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)) + "\n"));
            stream.Flush(flushToDisk: true);
        }

        try
        {
            System.IO.File.Move(draft, file, overwrite: false);
            return true;
        }
        catch (IOException) when (System.IO.File.Exists(file))
        {
            System.IO.File.Delete(draft);
            return false;
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
