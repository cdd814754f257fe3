using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pao.Catalog.Yaml;

/// <summary>
/// The parser's own slips on wrong input, such as an <see cref="InvalidOperationException"/> out of its scanner, are
/// wrong input too, not a fault of the service.
/// </summary>
internal sealed class GuardedParser(Parser parser) : IParser
{
    public ParsingEvent? Current => parser.Current;

    public bool MoveNext()
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception slip) when (slip is not YamlException and not OutOfMemoryException)
        {
            var at = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(at, at, "The text can not be read from here on.", slip);
        }
    }
}
