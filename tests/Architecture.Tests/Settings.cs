using System.Text.RegularExpressions;

namespace Pao.Architecture.Tests;

/// <summary>The settings that the product has, read from its sources.</summary>
internal static partial class Settings
{
    /// <summary>Each property of each class of options, as <c>Section:Property</c>.</summary>
    public static IReadOnlySet<string> Known { get; } = Repository.Sources("src").Select(File.ReadAllText)
        .Select(source => (Section: Section().Match(source), Properties: Property().Matches(source)))
        .Where(options => options.Section.Success)
        .SelectMany(options => options.Properties.Select(property => $"{options.Section.Groups["name"].Value}:{property.Groups["name"].Value}"))
        .ToHashSet();

    [GeneratedRegex("""public const string Section = "(?<name>[^"]+)";""")]
    private static partial Regex Section();

    [GeneratedRegex(@"public \S+ (?<name>\w+) \{ get;")]
    private static partial Regex Property();
}
