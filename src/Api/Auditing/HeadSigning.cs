using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Api.Configuration;
using Pao.Audit;

namespace Pao.Api.Auditing;

/// <summary>The key that signs heads: the configured one, or the one of the data directory.</summary>
internal sealed class HeadSigning : IDisposable
{
    private const string FileName = "audit-signing-key.pem";

    public HeadSigning(IOptions<HeadOptions> heads, IOptions<PaoOptions> pao)
    {
        if (heads.Value.SigningKey is { Length: > 0 } configured)
        {
            Key = Read(configured, $"{HeadOptions.Section}:{nameof(HeadOptions.SigningKey)}");
            return;
        }

        var (file, _) = KeyFile.Create(pao.Value.DataDirectory, FileName, HeadKey.CreatePem);
        Key = Read(File.ReadAllText(file), file);
    }

    public HeadKey Key { get; }

    public void Dispose() => Key.Dispose();

    private static HeadKey Read(string pem, string place)
    {
        try
        {
            return HeadKey.FromPem(pem);
        }
        catch (ArgumentException)
        {
            throw new InvalidOperationException($"{place} does not hold a private key of the curve P-256 in PEM.");
        }
    }
}
