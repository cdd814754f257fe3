namespace Pao.Catalog.Templates;

/// <summary>Follows the <c>{% … %}</c> tags of one template: they must be known ones, closed, and nested in bounds.</summary>
internal sealed class BlockTags
{
    private const int MaxBlocks = 500;

    private static readonly string[] Names =
        ["if", "elsif", "else", "endif", "for", "endfor", "break", "continue", "assign"];

    private readonly Stack<(string Name, int At)> _open = new();
    private int _blocks;

    /// <param name="at">Where the tag stands in the template.</param>
    public void Next(string tag, int at)
    {
        var name = tag[2..^2].Trim('-').Trim().Split([' ', '\t', '\r', '\n'], 2)[0];
        if (!Names.Contains(name))
        {
            throw new TemplateException(
                $"There is no tag '{{% {name} %}}'.", Nearest.DidYouMean(name, Names) ?? $"known: {string.Join(", ", Names)}") { At = at };
        }

        _blocks += name is "if" or "for" or "elsif" ? 1 : 0;
        if (_open.Count >= TemplateScanner.MaxNesting && name is "if" or "for" || _blocks > MaxBlocks)
        {
            throw new TemplateException(
                $"Blocks nest at most {TemplateScanner.MaxNesting} deep, and a template has at most {MaxBlocks}.") { At = at };
        }

        switch (name)
        {
            case "if" or "for":
                _open.Push((name, at));
                break;
            case "endif" or "endfor":
                Close(name, at);
                break;
            case "elsif" or "else" when _open.Count == 0:
                throw new TemplateException($"'{{% {name} %}}' stands in no block.") { At = at };
            default:
                break;
        }
    }

    public void End()
    {
        if (_open.TryPeek(out var open))
        {
            throw new TemplateException($"'{{% {open.Name} %}}' has no '{{% end{open.Name} %}}'.") { At = open.At };
        }
    }

    private void Close(string name, int at)
    {
        if (!_open.TryPop(out var open))
        {
            throw new TemplateException($"'{{% {name} %}}' closes nothing.") { At = at };
        }

        if ("end" + open.Name != name)
        {
            throw new TemplateException($"'{{% {open.Name} %}}' is closed by '{{% {name} %}}'.", $"write {{% end{open.Name} %}} first") { At = at };
        }
    }
}
