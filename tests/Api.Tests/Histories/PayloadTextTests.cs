using System.Text;
using Pao.Api.Histories;

namespace Pao.Api.Tests.Histories;

public sealed class PayloadTextTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,null,"x"]}""", """{"a":1,"b":[true,null,"x"]}""")]
    [InlineData("""{"a":{"Pass-Word":{"deep":[1]}},"b":2}""", """{"a":{"Pass-Word":"[redacted]"},"b":2}""")]
    [InlineData("""{"apiKey":"s","client_secret":1,"x_Token":null,"AUTHORIZATION":"Basic s"}""", """{"apiKey":"[redacted]","client_secret":"[redacted]","x_Token":"[redacted]","AUTHORIZATION":"[redacted]"}""")]
    [InlineData("\"plain\"", "\"plain\"")]
    [InlineData("17", "17")]
    [InlineData("not json", "not json")]
    [InlineData("Authorization: Bearer abc.def, and so on", "Authorization: [redacted], and so on")]
    [InlineData("GET /x?token=abc&page=2 failed", "GET /x?token=[redacted]&page=2 failed")]
    [InlineData("""{"broken": {"password": "s e c" """, """{"broken": {"password": [redacted] """)]
    [InlineData("""{"body":"{\"password\":\"s\",\"a\":1}"}""", """{"body":"{\"password\":\"[redacted]\",\"a\":1}"}""")]
    public void Members_that_are_named_like_secrets_are_redacted(string payload, string shown) =>
        Assert.Equal(shown, PayloadText.Of(payload));

    [Fact]
    public void A_long_one_is_cut_and_a_secret_behind_the_cut_is_not_shown()
    {
        var shown = PayloadText.Of($$"""{"long":"{{new string('ü', 5000)}}","password":"hunter2"}""");

        Assert.InRange(Encoding.UTF8.GetByteCount(shown!), PayloadText.MaxLength - 1, PayloadText.MaxLength + 3);
        Assert.EndsWith("…", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_secret_before_the_rest_leaves_room_for_it() =>
        Assert.Equal(
            """{"token":"[redacted]","a":1}""", PayloadText.Of($$"""{"token":"{{new string('x', 100_000)}}","a":1}"""));

    [Theory]
    [InlineData(600)]
    [InlineData(200_000)]
    public void Deep_nesting_is_survived(int depth) =>
        Assert.NotNull(PayloadText.Of(new string('[', depth) + """{"password":"s"}"""));

    [Fact]
    public void Half_a_character_is_survived() =>
        Assert.DoesNotContain("hunter2", PayloadText.Of("""{"a":"\ud800","password":"hunter2"}"""), StringComparison.Ordinal);
}
