using System.Text.Json;

namespace Pao.Architecture.Tests;

public sealed class SettingsTests
{
    // Its keys are names that an operator chooses.
    private const string Secrets = "Pao:Secrets";

    [Fact]
    public void Every_key_of_the_sample_settings_is_a_property_of_the_options_of_its_section()
    {
        using var sample = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "local.settings.sample.json")),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });

        var keys = Keys(sample.RootElement, "").Where(key => !key.StartsWith(Secrets, StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(keys);
        Assert.Empty(keys.Except(Settings.Known));
    }

    private static IEnumerable<string> Keys(JsonElement element, string path) => element.ValueKind is JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(member => Keys(member.Value, path.Length is 0 ? member.Name : $"{path}:{member.Name}"))
        : [path];
}
