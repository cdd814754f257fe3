using System.Text.Json;
using System.Text.Json.Serialization;
using Pao.Catalog;

namespace Pao.Api.Catalog;

/// <summary>What an entry of the catalog is.</summary>
[JsonConverter(typeof(CatalogKindConverter))]
internal enum CatalogKind
{
    Item,
    Bundle,
}

internal static class CatalogKinds
{
    public static readonly IReadOnlyList<string> Words = ["item", "bundle"];

    public static CatalogKind? Parse(string text) => text switch
    {
        "item" => CatalogKind.Item,
        "bundle" => CatalogKind.Bundle,
        _ => null,
    };

    public static CatalogKind Of(CatalogEntry entry) => entry is CatalogBundle ? CatalogKind.Bundle : CatalogKind.Item;
}

internal sealed class CatalogKindConverter()
    : JsonStringEnumConverter<CatalogKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
