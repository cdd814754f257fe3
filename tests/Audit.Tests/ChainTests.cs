using System.Text.Json;

namespace Pao.Audit.Tests;

public sealed class ChainTests
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = AuditChain.MaxDepth };

    /// <summary>Held by entries that exist: when this changes, every chain there is breaks.</summary>
    [Fact]
    public void The_hash_of_an_entry_stays_what_it_was() => Assert.Equal(
        "7394c16a034fb607f60fb71cab0097affa796d765d704b1caf65e252529ac39c",
        Hash("""{"eventName": "request.abort", "n": 1.50, "list": [true, false, null, "Grüße"], "o": {}}"""));

    [Theory]
    [InlineData("""{"a": 1, "b": 2}""", """{"b":2,"a":1}""")]
    [InlineData("""{"a": "ü\n"}""", """{"a":"\u00fc\u000a"}""")]
    [InlineData("""{"a": 1}""", """{"a": 1, "paoSeal": {"sequence": 9, "hash": "00"}}""")]
    public void The_same_said_differently_has_the_same_hash(string one, string other) => Assert.Equal(Hash(one), Hash(other));

    [Theory]
    [InlineData("""{"a": 1}""", """{"a": "1"}""")]
    [InlineData("""{"a": 1}""", """{"a": 1.0}""")]
    [InlineData("""{"a": null}""", """{}""")]
    [InlineData("""{"a": []}""", """{"a": {}}""")]
    [InlineData("""{"a": ["b", "c"]}""", """{"a": ["bc"]}""")]
    [InlineData("""{"a": ["b", "c"]}""", """{"a": ["c", "b"]}""")]
    [InlineData("""{"ab": "c"}""", """{"a": "bc"}""")]
    [InlineData("""{"a": {"b": 1}, "c": 2}""", """{"a": {"b": 1, "c": 2}}""")]
    [InlineData("""{"a": {"paoSeal": 1}}""", """{"a": {}}""")]
    [InlineData("""{"a": true}""", """{"a": false}""")]
    public void Something_else_has_another_hash(string one, string other) => Assert.NotEqual(Hash(one), Hash(other));

    [Fact]
    public void Half_a_surrogate_pair_and_much_depth_have_a_hash_too()
    {
        Assert.NotEqual(Hash("""{"a": "\ud800"}"""), Hash("""{"a": "\ud801"}"""));
        Assert.NotEqual(Hash("""{"\ud800": 1}"""), Hash("""{"\ud801": 1}"""));
        Assert.NotEqual(Hash("""{"\ud800": 1}"""), Hash("""{"\\ud800": 1}"""));
        Assert.NotEmpty(Hash($$"""{"a": {{new string('[', 200)}}{{new string(']', 200)}}}"""));
    }

    [Fact]
    public void Place_and_predecessor_are_part_of_it()
    {
        using var record = JsonDocument.Parse("""{"a": 1}""");
        var first = AuditChain.Hash(AuditChain.Beginning.Span, 1, record.RootElement);

        Assert.NotEqual(first, AuditChain.Hash(AuditChain.Beginning.Span, 2, record.RootElement));
        Assert.NotEqual(first, AuditChain.Hash(first, 1, record.RootElement));
    }

    private static string Hash(string json)
    {
        using var record = JsonDocument.Parse(json, Deep);
        return Convert.ToHexStringLower(AuditChain.Hash(AuditChain.Beginning.Span, 1, record.RootElement));
    }
}
