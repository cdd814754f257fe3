using System.Buffers;
using System.Text;

namespace Pao.Activities.Secrets;

/// <summary>
/// Knows every secret that was resolved in this process and masks it wherever text leaves: logs, failures, outputs, what is
/// shown of histories.
/// </summary>
/// <remarks>
/// Values are held as they are, as whoever resolved them does too. The latest <see cref="Capacity"/> are known. Values of
/// fewer than <see cref="Shortest"/> characters are not: they are in any text.
/// </remarks>
public sealed class Redactor
{
    internal const int Capacity = 2000;
    internal const int Shortest = 4;

    // Of longer values the search looks for the beginning, and the rest is compared.
    private const int SearchedLength = 32;

    // Making a search of thousands of values takes milliseconds, so that new ones are first put into a small one of their own.
    private const int Young = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<string>> _known = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _order = new();
    private readonly List<string> _young = [];
    private volatile Search[]? _searches = [];
    private Search? _old;

    /// <summary>Masks a value from here on, in each form in which it may turn up.</summary>
    public void Protect(string value)
    {
        if (value.Length < Shortest)
            return;

        lock (_gate)
        {
            if (_known.TryGetValue(value, out var node))
            {
                _order.Remove(node);
                _order.AddLast(node);
                return;
            }

            _known[value] = _order.AddLast(value);
            if (_order.Count > Capacity && _order.First is { } oldest)
            {
                _known.Remove(oldest.Value);
                _order.RemoveFirst();
            }

            _young.Add(value);
            _searches = null;
        }
    }

    /// <summary>The text without any secret; the same one when it has none.</summary>
    public string Mask(string text)
    {
        var searches = _searches ?? Current();
        StringBuilder? masked = null;
        var (copied, at) = (0, 0);
        while (Next(searches, text, at) is >= 0 and var next)
        {
            at = next;
            var length = LengthAt(searches, text.AsSpan(at));
            if (length is 0)
            {
                at++;
                continue;
            }

            (masked ??= new StringBuilder()).Append(text, copied, at - copied).Append(SecretForms.Mark);
            at += length;
            copied = at;
        }

        return masked is null ? text : masked.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Whether there is a secret in a text.</summary>
    public bool Finds(string text) => !ReferenceEquals(Mask(text), text);

    private static int Next(Search[] searches, string text, int from)
    {
        var next = -1;
        foreach (var search in searches)
            if (search.IndexIn(text.AsSpan(from)) is >= 0 and var offset && (next < 0 || from + offset < next))
                next = from + offset;
        return next;
    }

    private static int LengthAt(Search[] searches, ReadOnlySpan<char> text)
    {
        var length = 0;
        foreach (var search in searches)
            length = Math.Max(length, search.LengthAt(text));
        return length;
    }

    private Search[] Current()
    {
        lock (_gate)
        {
            if (_searches is { } current)
                return current;

            if (_young.Count > Young)
            {
                _old = new Search(_order);
                _young.Clear();
            }

            Search[] all = [.. new[] { _old, _young.Count > 0 ? new Search(_young) : null }.OfType<Search>()];
            _searches = all;
            return all;
        }
    }

    /// <summary>Finds any of some values at once, in all their forms.</summary>
    private sealed class Search
    {
        private readonly SearchValues<string> _beginnings;
        private readonly Dictionary<char, string[]> _byFirst;

        public Search(IEnumerable<string> values)
        {
            string[] forms = [.. values.SelectMany(SecretForms.Of).Distinct(StringComparer.Ordinal)];
            _beginnings = SearchValues.Create(
                [.. forms.Select(form => form.Length > SearchedLength ? form[..SearchedLength] : form)], StringComparison.Ordinal);
            // The longest first: a secret may be a part of another.
            _byFirst = forms.GroupBy(form => form[0]).ToDictionary(group => group.Key, group => group.OrderByDescending(form => form.Length).ToArray());
        }

        /// <summary>Where one of them may begin; -1 for nowhere.</summary>
        public int IndexIn(ReadOnlySpan<char> text) => text.IndexOfAny(_beginnings);

        /// <summary>How long the one is that the text begins with; 0 when it begins with none.</summary>
        public int LengthAt(ReadOnlySpan<char> text)
        {
            if (_byFirst.TryGetValue(text[0], out var forms))
                foreach (var form in forms)
                    if (text.StartsWith(form))
                        return form.Length;
            return 0;
        }
    }
}
