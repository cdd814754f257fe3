using Fluid;
using Fluid.Parser;

namespace Pao.Catalog.Templates;

/// <summary>A parsed template.</summary>
internal sealed record Template(IReadOnlyList<Part> Parts)
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
            throw new TemplateException($"The template can not be parsed: {error.Split('\n')[0].Trim()}.");
        }

        var statements = parsed is FluidTemplate template
            ? template.Statements
            : throw new InvalidOperationException($"Fluid parsed a {parsed.GetType()}.");
        return new Template(new TemplateCompiler(scanner.Secrets).Parts(statements));
    }
}
