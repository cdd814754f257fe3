namespace Pao.EndToEnd.Tests.Programs;

/// <summary>Signers from npm, installed when they are needed.</summary>
internal static class Signers
{
    private static readonly Lazy<Task> Installed = new(static () => NpmFolder.InstallAsync(Folder, "aws4fetch"));

    public static string Folder => Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Signers");

    public static Task InstallAsync() => Installed.Value;
}
