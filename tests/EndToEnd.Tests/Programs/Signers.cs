using System.Text.Json.Nodes;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>Signers from npm, which nobody here wrote.</summary>
internal static class Signers
{
    private static readonly NodeFolder Node = new("tests", "EndToEnd.Tests", "Signers");

    /// <summary>The call as one of them sends it: its URL and its headers.</summary>
    public static async Task<JsonNode> SignAsync(string signer, JsonObject call)
    {
        await Node.InstalledAsync();
        return JsonNode.Parse(await Node.RunAsync("node", ["sign.mjs", signer], call.ToJsonString()))!;
    }
}
