namespace Pao.Catalog.Forms.Patterns;

/// <summary>Reads <c>[…]</c>, after its opening bracket.</summary>
internal sealed class PatternClass(PatternReader reader)
{
    public CodePointSet Read()
    {
        var negated = reader.TryTake("^");
        var set = CodePointSet.Empty;
        while (!reader.TryTake("]"))
        {
            set = set.With(Part());
        }

        return negated ? set.Complement() : set;
    }

    private CodePointSet Part()
    {
        var (from, first) = Member();
        if (reader.Next is not '-')
        {
            return first;
        }

        reader.Take();
        if (reader.Next is ']')
        {
            return first.With(CodePointSet.Of(('-', '-')));
        }

        var (to, _) = Member();
        return from is null || to is null ? throw reader.Wrong("a range needs a character on each side of '-'")
            : from > to ? throw reader.Wrong("a range is out of order")
            : CodePointSet.Of((from.Value, to.Value));
    }

    private (int? Point, CodePointSet Set) Member()
    {
        if (!reader.TryTake(@"\"))
        {
            return Single(reader.TakeCodePoint());
        }

        return PatternEscapes.TryClass(reader) is { } set ? (null, set) : Single(PatternEscapes.Character(reader, inClass: true));
    }

    private static (int? Point, CodePointSet Set) Single(int point) => (point, CodePointSet.Of((point, point)));
}
