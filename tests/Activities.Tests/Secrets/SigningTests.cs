using System.Text;
using System.Text.Json.Nodes;
using Pao.Activities.Secrets.Stores.Aws;

namespace Pao.Activities.Tests.Secrets;

/// <summary>AWS's own test suite for Signature Version 4 (sigv4.json: the cases that need no normalisation of the path).</summary>
public sealed class SigningTests
{
    private static readonly JsonObject Suite = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Secrets", "sigv4.json")))!;

    public static TheoryData<string> Cases => [.. Suite.Select(suite => suite.Key)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_signed_as_aws_signs_it(string name)
    {
        var (suite, context) = (Suite[name]!, Suite[name]!["context"]!);
        var signed = ((string)suite["signed"]!).Split("\n\n", 2);
        string[] lines = signed[0].Split('\n');
        var headers = lines[1..].Select(line => line.Split(':', 2)).Select(pair => (Name: pair[0], Value: pair[1])).ToArray();
        var expected = headers.Single(header => header.Name is "Authorization").Value;
        string[] names = expected.Split("SignedHeaders=")[1].Split(',')[0].Split(';');
        string[] start = lines[0].Split(' ');
        var (path, query) = start[1].Split('?', 2) is [var before, var after] ? (before, after) : (start[1], "");
        var keys = new AwsKeys(
            (string)context["credentials"]!["access_key_id"]!, (string)context["credentials"]!["secret_access_key"]!, null, DateTimeOffset.MaxValue);

        var authorization = AwsSignature.Authorization(
            start[0], path, query, [.. headers.Where(header => names.Contains(header.Name.ToLowerInvariant()))],
            Encoding.UTF8.GetBytes(signed[1].TrimEnd('\n')), keys, (string)context["region"]!, (string)context["service"]!,
            DateTimeOffset.Parse((string)context["timestamp"]!, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(expected, authorization);
    }
}
