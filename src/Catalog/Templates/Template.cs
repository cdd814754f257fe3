using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Parser;

namespace Pao.Catalog.Templates;

/// <summary>A parsed template.</summary>
internal sealed partial record Template(IReadOnlyList<Part> Parts)
{
    /// <summary>Thread-safe, as Fluid's documentation promises.</summary>
    private static readonly FluidParser Parser =
        new(new FluidParserOptions { AllowFunctions = true, AllowParentheses = true });

    /// <summary>The one expression that is the whole string, whose value keeps its type.</summary>
    public Expr? Whole => Parts is [Output only] ? only.Expression : null;

    /// <summary>The secrets that the template names anywhere.</summary>
    public IEnumerable<string> Secrets() => SecretsOf(Parts);

    private static IEnumerable<string> SecretsOf(IReadOnlyList<Part> parts) => parts.SelectMany(part => part switch
    {
        Secret secret => [secret.Reference],
        If branches => branches.Branches.SelectMany(branch => SecretsOf(branch.Body)).Concat(SecretsOf(branches.Else)),
        Loop loop => SecretsOf(loop.Body).Concat(SecretsOf(loop.Else)),
        _ => [],
    });

    public static bool HasTags(string source) =>
        source.Contains("{{", StringComparison.Ordinal) || source.Contains("{%", StringComparison.Ordinal);

    public static Template Parse(string source)
    {
        var scanner = new TemplateScanner(source);
        var scanned = scanner.Scan();
        if (!Parser.TryParse(scanned, out var parsed, out var error))
        {
            throw Unparsed(error, scanned, scanner);
        }

        var statements = parsed is FluidTemplate template
            ? template.Statements
            : throw new InvalidOperationException($"Fluid parsed a {parsed.GetType()}.");
        return new Template(new TemplateCompiler(scanner.Secrets, scanner.Tags).Whole(statements));
    }

    /// <summary>Fluid says <c>… at (line:column)</c>, of the text that it was given.</summary>
    private static TemplateException Unparsed(string error, string scanned, TemplateScanner scanner)
    {
        var place = FluidPlace().Match(error);
        var what = (place.Success ? error[..place.Index] : error.Split('\n')[0]).Trim().TrimEnd('.');
        var at = place.Success ? scanner.TagAt(OffsetOf(scanned, Number(place, "line"), Number(place, "column"))) : null;
        return new TemplateException($"The template can not be parsed: {what}.", at is { } tag ? SyntaxHint.For(scanner.TagFrom(tag)) : null) { At = at };
    }

    private static int Number(Match place, string name) => int.Parse(place.Groups[name].ValueSpan, CultureInfo.InvariantCulture);

    private static int OffsetOf(string text, int line, int column)
    {
        var start = 0;
        for (; line > 1 && text.IndexOf('\n', start) is var end and >= 0; line--)
        {
            start = end + 1;
        }

        return Math.Min(start + column - 1, text.Length);
    }

    [GeneratedRegex(@"\s+at \((?<line>[0-9]{1,7}):(?<column>[0-9]{1,7})\)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FluidPlace();
}
