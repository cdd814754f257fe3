using Pao.DurableTask.Converters;

namespace Pao.DurableTask.Client;

public class DurableTaskClientOptions
{
    /// <summary>The version of orchestrations that are started without one; "" for none.</summary>
    public string DefaultVersion { get; set; } = "";

    public DataConverter DataConverter { get; set; } = JsonDataConverter.Default;
}
