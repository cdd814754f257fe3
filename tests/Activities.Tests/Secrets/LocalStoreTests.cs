using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets.Stores;

namespace Pao.Activities.Tests.Secrets;

public sealed class LocalStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pao-secrets-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_is_one_text_or_a_value_per_key()
    {
        Write("token", "a text\n");
        Write("nested/db.json", """{"password": "s3cr3t-3"}""");
        await using var actions = Files();

        Assert.Equal("a text", await StoreTest.ReadAsync(actions, "files.token#value"));
        Assert.Equal("s3cr3t-3", await StoreTest.ReadAsync(actions, "files.nested/db.json#password"));
        Assert.Contains("no file 'absent'", (await StoreTest.FailAsync(actions, "files.absent#value")).Message);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task A_file_that_others_may_read_or_write_is_refused(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            return; // it has no modes
        File.SetUnixFileMode(Write("open", "s3cr3t"), UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);
        await using var actions = Files();

        var failure = await StoreTest.FailAsync(actions, "files.open#value");

        Assert.Equal("action.secret_missing", failure.Code);
        Assert.Contains("set its mode to 600", failure.Message);
    }

    [Theory]
    [InlineData("files.../outside#value")]
    [InlineData("files.a/../../outside#value")]
    [InlineData("files.a//b#value")]
    [InlineData("files..#value")]
    [InlineData("files.a#")]
    [InlineData("files.#value")]
    [InlineData("a:b")]
    [InlineData("")]
    public void A_reference_does_not_leave_its_store(string reference) => Assert.Null(SecretReference.Parse(reference));

    [Fact]
    public async Task Only_variables_that_an_operator_names_are_read()
    {
        await using var actions = new Actions(("Pao:Secrets:Stores:env:Type", "Env"), ("Pao:Secrets:Stores:env:Variables:0", "PATH"));

        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), await StoreTest.ReadAsync(actions, "env.PATH#value"));
        Assert.Equal("action.secret_missing", (await StoreTest.FailAsync(actions, "env.HOME#value")).Code);
    }

    [Theory]
    [InlineData("vault", "Type", "Vault", "Address must be set")]
    [InlineData("vault", "Type", "", "Type must be one of")]
    [InlineData("f", "Type", "File", "Folder must be set")]
    [InlineData("e", "Type", "Env", "Variables must name")]
    [InlineData("a.b", "Type", "Env", "a store's name has letters, digits")]
    public void A_store_that_cannot_work_stops_the_start(string store, string key, string value, string problem)
    {
        using var actions = new Actions(($"Pao:Secrets:Stores:{store}:{key}", value), ($"Pao:Secrets:Stores:{store}:Mount", "x"));

        var failure = Assert.Throws<OptionsValidationException>(() => actions.Services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains($"Pao:Secrets:Stores:{store}: {problem}", failure.Message);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private Actions Files() => new(("Pao:Secrets:Stores:files:Type", "File"), ("Pao:Secrets:Stores:files:Folder", _folder.FullName));
}
