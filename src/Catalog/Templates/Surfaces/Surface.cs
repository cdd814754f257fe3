using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>
/// What a template is rendered onto. The author's text goes on as it is; a value is encoded for the place it lands in,
/// so that it never becomes structure.
/// </summary>
internal abstract class Surface(Budget budget)
{
    private readonly List<JsonNode> _finished = [];
    private readonly StringBuilder _text = new();
    private int _length;

    protected Budget Budget => budget;

    protected int Length => _length;

    public virtual void Author(string text) => Append(text);

    public abstract void Value(Expr expression, JsonNode? value);

    public virtual void Secret(string reference)
    {
        Cut();
        _finished.Add(Reference.To(reference));
    }

    /// <summary>The whole: a string, or parts of which some are secrets.</summary>
    public virtual JsonNode Finish()
    {
        if (_finished.Count == 0)
        {
            return JsonValue.Create(_text.ToString());
        }

        Cut();
        return _finished is [JsonObject only] ? only : Reference.Concat(_finished);
    }

    protected void Append(string text)
    {
        _length += text.Length;
        if (_length > Budget.MaxText)
        {
            throw new TemplateException($"The result is longer than {Budget.MaxText / 1024} Ki characters.");
        }

        _text.Append(text);
    }

    private void Cut()
    {
        if (_text.Length > 0)
        {
            _finished.Add(JsonValue.Create(_text.ToString()));
            _text.Clear();
        }
    }
}
