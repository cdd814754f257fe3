using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Pao.Conformance.Tests.Users;

namespace Pao.Conformance.Tests.Cases;

/// <summary>What a case says about an answer.</summary>
internal static class Answers
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void Completed(InstanceState state, object? output)
    {
        Assert.True(state.Status == RuntimeStatus.Completed, $"{state.Name} is {state.Status}: {state.Failure}");
        Same(output, state.Output);
    }

    /// <summary>The payload means the value; SDKs write it differently.</summary>
    public static void Same(object? value, string? payload)
    {
        var expected = JsonSerializer.SerializeToNode(value, Json);
        var actual = string.IsNullOrEmpty(payload) ? null : JsonNode.Parse(payload);
        Assert.True(JsonNode.DeepEquals(expected, actual), $"Expected {expected?.ToJsonString() ?? "nothing"}, got {payload ?? "nothing"}.");
    }

    public static async Task RefusedAsync(StatusCode code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<HubRefusalException>(call)).Code);
}
