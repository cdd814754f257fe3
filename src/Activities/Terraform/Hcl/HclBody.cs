namespace Pao.Activities.Terraform.Hcl;

/// <summary>What a file or a block holds. Expressions are kept as tokens: what they compute is Terraform's business.</summary>
internal sealed record HclBody(IReadOnlyList<HclAttribute> Attributes, IReadOnlyList<HclBlock> Blocks)
{
    public HclAttribute? Find(string name) => Attributes.FirstOrDefault(attribute => attribute.Name == name);

    /// <summary>Its blocks, and theirs.</summary>
    public IEnumerable<HclBlock> AllBlocks => Blocks.SelectMany(block => block.Body.AllBlocks.Prepend(block));

    public IEnumerable<HclAttribute> AllAttributes => Attributes.Concat(Blocks.SelectMany(block => block.Body.AllAttributes));
}

internal sealed record HclBlock(string Type, IReadOnlyList<string> Labels, HclBody Body, int Line)
{
    public override string ToString() => string.Join(' ', Labels.Select(label => $"\"{label}\"").Prepend(Type));
}

internal sealed record HclAttribute(string Name, IReadOnlyList<HclToken> Expression, int Line)
{
    /// <summary>The text, when the expression is one and nothing else: no interpolation, no escape.</summary>
    public string? PlainText => Expression switch
    {
        [{ Text: "\"" }, { Kind: HclTokenKind.Text } text, { Text: "\"" }] when !text.Text.Contains('\\') && !text.Text.Contains('{') => text.Text,
        _ => null,
    };

    /// <summary>The functions that are called, also within texts.</summary>
    public IEnumerable<(string Name, int Line)> Calls =>
        from index in Enumerable.Range(0, Expression.Count - 1)
        let token = Expression[index]
        where token.Kind is HclTokenKind.Name && Expression[index + 1].Is(HclTokenKind.Open, "(")
        select (index > 0 && Expression[index - 1].Is(HclTokenKind.Sign, "::") ? $"::{token.Text}" : token.Text, token.Line);
}
