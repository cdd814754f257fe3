using System.Text.Json.Serialization;

namespace Pao.Catalog;

[JsonConverter(typeof(JsonStringEnumConverter<FulfillmentMode>))]
public enum FulfillmentMode
{
    /// <summary>People do it: normally the one action is a ticket to the owning team.</summary>
    Manual,

    Automatic,
}
