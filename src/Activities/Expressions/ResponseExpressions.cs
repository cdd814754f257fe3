using System.Collections.Concurrent;

namespace Pao.Activities.Expressions;

/// <summary>Compiled expressions, each kept for the next request of the same document.</summary>
internal sealed class ResponseExpressions
{
    private const int Capacity = 1024;

    private readonly ConcurrentDictionary<string, ResponseExpression> _compiled = new(StringComparer.Ordinal);

    public ResponseExpression Get(string text)
    {
        if (_compiled.TryGetValue(text, out var known))
            return known;

        // A catalog has a few hundred expressions; more of them are rendered by templates and do not come again.
        if (_compiled.Count >= Capacity)
            _compiled.Clear();

        return _compiled.GetOrAdd(text, new ResponseExpression(text));
    }
}
