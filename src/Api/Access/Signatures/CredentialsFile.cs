using System.Security.Cryptography;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Signatures;

/// <summary>
/// The first administrator's key pair in AWS's shared credentials format, so that any AWS signer reads it
/// (<c>AWS_SHARED_CREDENTIALS_FILE=.pao/credentials</c>).
/// </summary>
internal static class CredentialsFile
{
    public const string FileName = "credentials";

    private const string IdName = "aws_access_key_id";
    private const string SecretName = "aws_secret_access_key";

    /// <summary>The pair in the file of the data directory, which the first start makes.</summary>
    public static KeyPair OpenOrCreate(string dataDirectory) => Read(KeyFile.Create(dataDirectory, FileName, Make).Path);

    /// <summary>An id as signers expect one, and a secret of 240 random bits.</summary>
    private static (string Id, string Secret) NewPair() => (
        $"PAOK{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}",
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)));

    private static string Make()
    {
        var (id, secret) = NewPair();
        return $"[default]\n{IdName} = {id}\n{SecretName} = {secret}\n";
    }

    private static KeyPair Read(string path)
    {
        var values = File.ReadLines(path)
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .ToLookup(parts => parts[0].Trim(), parts => parts[1].Trim(), StringComparer.Ordinal);
        return values[IdName].ToArray() is [{ Length: > 0 } id] && values[SecretName].ToArray() is [{ Length: >= FirstKeyOptions.ShortestSecret } secret]
            ? new KeyPair(id, secret, Principal.LocalAdmin.Id)
            : throw new InvalidOperationException($"{path} does not hold one key pair: delete it, and the next start makes a new one.");
    }
}
