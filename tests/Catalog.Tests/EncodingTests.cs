using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Pao.Catalog.Tests;

/// <summary>Values come back from a real parser of their target as they went in, whatever they hold.</summary>
public sealed class EncodingTests
{
    private static readonly string[] Pieces =
    [
        "plain", "\"", "'", "\\", "\\\\", "\\\"", "\\n", "\n", "\r\n", "\t", "\0", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029",
        "{{ secrets.x }}", "{{", "}}", "{% if", "%}", "${jndi:x}", "%{", "#{", "<script>", "&", "&amp;", "=", "a=b&c=d", "?", "#", "/", "..",
        "../..", "%2e%2e", "%2F", "%00", "%", "%zz", "+", " ", ":", "@", "//evil.example.com", "http://evil.example.com/", ";", ",", "|",
        "\",\"admin\":true,\"x\":\"", "}]}", "null", "true", "1e3", "- a: b", "---", "*a", "!!x", "$secret", "ä", "日本", "😀", "e\u0301",
        "\uFEFF", "\u202E", "\uFFFD", "\uFFFF", "[", "]", "(", ")", "`", "$(x)", "\u00a0",
    ];

    public static TheoryData<string> Payloads()
    {
        var payloads = new TheoryData<string>();
        foreach (var piece in Pieces)
        {
            payloads.Add(piece);
            payloads.Add($"before{piece}after");
            payloads.Add(piece + piece);
        }

        return payloads;
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_value_survives_a_JSON_body(string value)
    {
        AssertJson(value);
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_value_survives_a_URL(string value)
    {
        AssertUrl(value);
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_value_survives_a_form_body(string value)
    {
        var body = (string)Prepare.Body("first=1&value={{ fields.x }}&last=2", Prepare.Scopes(Prepare.Fields(("x", value))), "form")!;

        var pairs = body.Split('&').Select(pair => pair.Split('=')).ToList();
        Assert.Equal(["first", "value", "last"], pairs.Select(pair => pair[0]));
        Assert.All(pairs, pair => Assert.Equal(2, pair.Length));
        Assert.Equal(value, Uri.UnescapeDataString(pairs[1][1]));
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_header_takes_a_value_whole_or_not_at_all(string value)
    {
        if (value.All(c => c is >= ' ' and <= '~'))
        {
            Assert.Equal($"<{value}>", Prepare.Header("<{{ fields.x }}>", Prepare.Fields(("x", value))));
        }
        else
        {
            Assert.Contains(
                "one line of printable ASCII", Prepare.Fails(() => Prepare.Header("<{{ fields.x }}>", Prepare.Fields(("x", value)))), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void Plain_text_is_as_it_is(string value) =>
        Assert.Equal($"<{value}>", Prepare.Text("<{{ fields.x }}>", Prepare.Fields(("x", value))));

    [Fact]
    public void Any_mixture_survives_too() => Gen.Int[0, Pieces.Length - 1].Array[1, 6].Select(picked => string.Concat(picked.Select(index => Pieces[index]))).Sample(
        value =>
        {
            AssertJson(value);
            AssertUrl(value);
        },
        iter: 500, threads: 1);

    private static void AssertJson(string value)
    {
        var fields = Prepare.Fields(("x", value), ("n", 5), ("list", new JsonArray(value, "b")));
        var body = (string)Prepare.Body(
            """{"in": "<{{ fields.x }}>", "whole": {{ fields.x }}, "n": {{ fields.n }}, "list": {{ fields.list }}, "json": {{ json(fields.x) }}, "text": "{{ json(fields.x) }}"}""",
            Prepare.Scopes(fields))!;

        using var parsed = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
        var root = parsed.RootElement;
        Assert.Equal(["in", "whole", "n", "list", "json", "text"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal($"<{value}>", root.GetProperty("in").GetString());
        Assert.Equal(value, root.GetProperty("whole").GetString());
        Assert.Equal(5, root.GetProperty("n").GetInt32());
        Assert.Equal([value, "b"], root.GetProperty("list").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(value, root.GetProperty("json").GetString());
        Assert.Equal(value, JsonSerializer.Deserialize<string>(root.GetProperty("text").GetString()!));
    }

    private static void AssertUrl(string value)
    {
        var fields = Prepare.Fields(("x", value));

        var url = new Uri(Prepare.Url("https://api.example.com/items/id-{{ fields.x }}/delete?q={{ fields.x }}&last=1", fields));

        Assert.Equal(("https", "api.example.com", 443), (url.Scheme, url.Host, url.Port));
        Assert.Equal(["", "items", "delete"], url.AbsolutePath.Split('/').Where((_, index) => index != 2));
        Assert.Equal($"id-{value}", Uri.UnescapeDataString(url.AbsolutePath.Split('/')[2]));
        var query = url.Query.TrimStart('?').Split('&');
        Assert.Equal(2, query.Length);
        Assert.Equal(value, Uri.UnescapeDataString(query[0]["q=".Length..]));
        Assert.Equal("", url.Fragment);
        Assert.Equal("", url.UserInfo);
    }
}
