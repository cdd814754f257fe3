using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Which actions of the format this version can carry out.</summary>
internal static class Availability
{
    /// <summary>Why the action can not be carried out, and where that stands; null when it can.</summary>
    public static (Place Place, string Problem)? Problem(WrittenAction action)
    {
        var type = action.Definition.Type;
        return ActionTypes.All.Contains(type) && !ActionTypes.IsExecutable(type)
            ? (PlaceOf(action.Source, "type"), $"Actions of type '{type}' can not be carried out by this version.")
            : null;
    }

    private static Place PlaceOf(YamlMapping mapping, string key) => mapping.Find(key)?.Place ?? mapping.Place;
}
