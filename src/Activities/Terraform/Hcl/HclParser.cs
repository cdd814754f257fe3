namespace Pao.Activities.Terraform.Hcl;

/// <summary>Reads the structure of a file: blocks with their labels, attributes with their expressions.</summary>
internal sealed class HclParser
{
    private readonly IReadOnlyList<HclToken> _tokens;
    private int _at;

    private HclParser(IReadOnlyList<HclToken> tokens) => _tokens = tokens;

    private HclToken Here => _tokens[_at];

    /// <exception cref="HclSyntaxException">It is no HCL, or out of bounds.</exception>
    public static HclBody Read(string text) => new HclParser(HclLexer.Read(text)).ReadBody(isFile: true);

    private HclBody ReadBody(bool isFile)
    {
        var attributes = new List<HclAttribute>();
        var blocks = new List<HclBlock>();
        while (true)
        {
            while (Here.Kind is HclTokenKind.Line)
                _at++;
            if (isFile ? Here.Kind is HclTokenKind.End : Here.Is(HclTokenKind.Close, "}"))
                return new HclBody(attributes, blocks);
            if (Here.Kind is not HclTokenKind.Name)
                throw Wrong("An attribute or a block is expected");

            var name = Take();
            if (Here.Is(HclTokenKind.Sign, "="))
                Add(attributes, ReadAttribute(name));
            else
                blocks.Add(ReadBlock(name));
            if (Here.Kind is not (HclTokenKind.Line or HclTokenKind.End) && !(Here.Is(HclTokenKind.Close, "}") && !isFile))
                throw Wrong("The end of the line is expected");
        }
    }

    // HashiCorp's reader refuses it too; here nothing may hang on which of two counts.
    private static void Add(List<HclAttribute> attributes, HclAttribute attribute)
    {
        if (attributes.Exists(known => known.Name == attribute.Name))
            throw new HclSyntaxException(attribute.Line, $"The attribute '{attribute.Name}' is there twice.");
        attributes.Add(attribute);
    }

    private HclAttribute ReadAttribute(HclToken name)
    {
        _at++; // the sign
        var expression = new List<HclToken>();
        for (var depth = 0; depth > 0 || Here.Kind is not (HclTokenKind.Line or HclTokenKind.End); _at++)
        {
            if (Here.Kind is HclTokenKind.Close && depth-- is 0)
                break;
            if (depth is 0 && Here.Is(HclTokenKind.Sign, "="))
                throw Wrong("An operator or the end of the line is expected");
            depth += Here.Kind is HclTokenKind.Open ? 1 : 0;
            if (Here.Kind is not HclTokenKind.Line)
                expression.Add(Here);
        }

        return expression.Count > 0 ? new HclAttribute(name.Text, expression, name.Line) : throw Wrong($"'{name.Text}' has no value: an expression is expected");
    }

    private HclBlock ReadBlock(HclToken type)
    {
        var labels = new List<string>();
        while (!Here.Is(HclTokenKind.Open, "{"))
            labels.Add(ReadLabel());

        _at++;
        var body = ReadBody(isFile: false);
        _at++; // the brace that ends it
        return new HclBlock(type.Text, labels, body, type.Line);
    }

    private string ReadLabel()
    {
        if (Here.Kind is HclTokenKind.Name)
            return Take().Text;
        if (!Here.Is(HclTokenKind.Open, "\"") || _tokens[_at + 1].Kind is not HclTokenKind.Text || !_tokens[_at + 2].Is(HclTokenKind.Close, "\""))
            throw Wrong("'=', a label or '{' is expected");

        var label = _tokens[_at + 1].Text;
        if (label.Contains('\\') || label.Contains('{'))
            throw Wrong("A label is a plain text; something else is");
        _at += 3;
        return label;
    }

    private HclToken Take() => _tokens[_at++];

    private HclSyntaxException Wrong(string what) => new(Here.Line, Here.Kind switch
    {
        HclTokenKind.End => $"{what}; the file ends there.",
        HclTokenKind.Line => $"{what}; the line ends there.",
        _ => $"{what}, not '{Here.Text}'.",
    });
}
