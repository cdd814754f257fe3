using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Which fields a document means to have, right or wrong.</summary>
internal static class WrittenFields
{
    /// <returns>Their ids; null when the form can not be read far enough to tell.</returns>
    public static IReadOnlyCollection<string>? Of(YamlMapping root)
    {
        var ids = new List<string>();
        if (!TryEnter(root, "presentation", out var presentation) || !TryEnter(presentation, "form", out var form))
        {
            return null;
        }

        return form is null || TryRead(form, ids) ? ids : null;
    }

    /// <summary>A key that may be missing: then there is nothing below it, unless it is only misspelt.</summary>
    private static bool TryEnter(YamlMapping? parent, string key, out YamlMapping? child)
    {
        child = parent?.Find(key) as YamlMapping;
        return child is not null || parent is null
            || (parent.Find(key) is null && !parent.Entries.Any(entry => Nearest.To(entry.Key, [key]) is not null));
    }

    private static bool TryRead(YamlMapping form, List<string> ids)
    {
        if (form.Find("groups") is not YamlSequence groups)
        {
            return false;
        }

        foreach (var group in groups.Items)
        {
            if (group is not YamlMapping { } written
                || written.Find("id") is not YamlScalar { Value: string }
                || written.Find("fields") is not YamlSequence fields
                || !TryRead(fields, ids))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryRead(YamlSequence fields, List<string> ids)
    {
        foreach (var field in fields.Items)
        {
            if (field is not YamlMapping written || written.Find("id") is not YamlScalar { Value: string id })
            {
                return false;
            }

            ids.Add(id);
        }

        return true;
    }
}
