using System.Net;
using System.Text.Json.Nodes;

namespace Pao.Api.Tests.Harness;

internal static class ProblemAssert
{
    /// <summary>Every error is one problem body: status, code, type and correlation id agree with the answer.</summary>
    public static async Task<JsonObject> IsProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await Service.ReadAsync(answer);
        Assert.Equal(code, problem["code"]?.GetValue<string>());
        Assert.Equal($"urn:pao:problem:{code}", problem["type"]?.GetValue<string>());
        Assert.Equal((int)status, problem["status"]?.GetValue<int>());
        Assert.Equal(answer.Headers.GetValues("X-Correlation-Id").Single(), problem["correlation_id"]?.GetValue<string>());
        return problem;
    }
}
