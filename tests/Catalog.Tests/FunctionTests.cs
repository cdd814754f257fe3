using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests;

/// <summary>Every function at its edges.</summary>
public sealed class FunctionTests
{
    private static JsonObject Fields() => Prepare.Fields(
        ("text", "Ümlaut & Co"), ("empty", ""), ("zero", 0), ("half", 0.50m), ("no", false), ("none", null), ("list", new JsonArray("a", 1, true)),
        ("nothing", new JsonArray()), ("tree", new JsonObject { ["a"] = new JsonArray(1, "\"") }), ("nested", new JsonArray(new JsonArray(1))), ("family", "👨‍👩‍👧"));

    [Theory]
    [InlineData("{{ upper(fields.text) }}", "ÜMLAUT & CO")]
    [InlineData("{{ upper('ß') }}", "ß")]
    [InlineData("{{ lower('İI') }}", "İi")]
    [InlineData("{{ upper(fields.empty) }}", "")]
    [InlineData("{{ upper(fields.half) }}", "0.50")]
    [InlineData("{{ trim(' \t a b \u00a0') }}", "a b")]
    [InlineData("{{ replace('aaa', 'aa', 'b') }}", "ba")]
    [InlineData("{{ replace('a.b', '.', '$1') }}", "a$1b")]
    [InlineData("{{ replace('a', 'b', '') }}", "a")]
    [InlineData("{{ concat(fields.zero, fields.no, fields.empty) }}", "0false")]
    [InlineData("{{ join(concat(fields.list, fields.list), '') }}", "a1truea1true")]
    [InlineData("{{ join(fields.nothing) }}", "")]
    [InlineData("{{ join(split('a--b', '-'), '|') }}", "a||b")]
    [InlineData("{{ length(split(fields.empty, ',')) }}", "1")]
    [InlineData("{{ slug('Ümlaut & Co. (2)') }}", "mlaut-co-2")]
    [InlineData("{{ slug('--a--') }}", "a")]
    [InlineData("{{ slug('日本') }}", "")]
    [InlineData("{{ default(fields.empty, 'x') }}", "")]
    [InlineData("{{ default(fields.no, 'x') }}", "false")]
    [InlineData("{{ default(fields.gone.deeper.still, 'x') }}", "x")]
    [InlineData("{{ default(fields.list[9], 'x') }}", "x")]
    [InlineData("{{ coalesce(fields.none, fields.empty, 'x') }}", "")]
    [InlineData("{{ json(fields.tree) }}", "{\"a\":[1,\"\\\"\"]}")]
    [InlineData("{{ json(fields.none) }}", null)]
    [InlineData("{{ json(default(fields.none, nil)) }}", "null")]
    [InlineData("{{ json(fields.text) }}", "\"Ümlaut & Co\"")]
    [InlineData("{{ base64(fields.empty) }}", "")]
    [InlineData("{{ base64('ä') }}", "w6Q=")]
    [InlineData("{{ sha256(fields.empty) }}", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("{{ date('2026-01-31T23:30:00+02:00', 'yyyy-MM-dd HH:mm zzz') }}", "2026-01-31 23:30 +02:00")]
    [InlineData("{{ date('2024-02-29') }}", "2024-02-29")]
    [InlineData("{{ date('2024-02-29', \"'day 'd' of YYYY' \\\\M\") }}", "day 29 of YYYY M")]
    [InlineData("{{ date('2024-02-29T05:06:07Z', 'yyyy-MM-ddTHH:mm:ssZ') }}", "2024-02-29T05:06:07Z")]
    [InlineData("{{ date('2024-02-29', 'MMMM') }}", "February")]
    [InlineData("{{ number(' 1.50 ') }}", "1.50")]
    [InlineData("{{ number('-0') }}", "0")]
    [InlineData("{{ number(fields.half) }}", "0.50")]
    [InlineData("{{ number('1e3') }}", "1000")]
    [InlineData("{{ length(fields.nothing) }}", "0")]
    [InlineData("{{ length(fields.tree) }}", "1")]
    [InlineData("{{ length(fields.family) }}", "5")]
    [InlineData("{{ length(fields.empty) }}", "0")]
    public void A_function_gives(string template, string? text)
    {
        if (text is null)
        {
            Assert.Contains("has no value", Prepare.Fails(() => Prepare.Text(template, Fields())), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(text, Prepare.Text(template, Fields()));
        }
    }

    [Theory]
    [InlineData("{{ upper(fields.list) }}", "'upper' would write a list or an object as text")]
    [InlineData("{{ replace('a', '', 'b') }}", "can not replace an empty text")]
    [InlineData("{{ concat(fields.list, 'a') }}", "joins lists with lists")]
    [InlineData("{{ concat('a', fields.list) }}", "a list or an object as text")]
    [InlineData("{{ concat() }}", "takes 1 to 20 arguments, not 0")]
    [InlineData("{{ join('a') }}", "'join' takes a list")]
    [InlineData("{{ join(fields.nested) }}", "a list or an object as text")]
    [InlineData("{{ split('a', '') }}", "needs a text to split at")]
    [InlineData("{{ coalesce(fields.none, fields.gone) }}", "No argument of 'coalesce(fields.none, fields.gone)' has a value")]
    [InlineData("{{ default(feilds.x, 'y') }}", "There is no 'feilds'")]
    [InlineData("{{ date('31.01.2026') }}", "takes a date such as")]
    [InlineData("{{ date('2026-02-30') }}", "takes a date such as")]
    [InlineData("{{ date('2026-01-31', '') }}", "knows no format ''")]
    [InlineData("{{ date('2026-01-31', 'YYYY-MM-DD') }}", "knows no format 'YYYY-MM-DD'")]
    [InlineData("{{ date('2026-01-31', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy') }}", "knows no format")]
    [InlineData("{{ number('') }}", "no number")]
    [InlineData("{{ number('0x10') }}", "no number")]
    [InlineData("{{ number('1e400') }}", "no number")]
    [InlineData("{{ number(fields.list) }}", "a list or an object as text")]
    [InlineData("{{ length(fields.none) }}", "'fields.none' has no value")]
    [InlineData("{{ uuid('x') }}", "'uuid' takes 0 arguments, not 1")]
    [InlineData("{{ shell('id') }}", "There is no function 'shell'")]
    public void A_function_says_what_it_can_not_do(string template, string says) =>
        Assert.Contains(says, Prepare.Fails(() => Prepare.Text(template, Fields())), StringComparison.Ordinal);

    [Fact]
    public void A_uuid_is_another_each_time()
    {
        var ids = Prepare.Text("{{ uuid() }} {{ uuid() }}").Split(' ');

        Assert.All(ids, id => Assert.True(Guid.TryParseExact(id, "D", out _), id));
        Assert.NotEqual(ids[0], ids[1]);
    }

    /// <summary>Where JSON is expected it is a value of its own; elsewhere it is text, encoded for its place.</summary>
    [Fact]
    public void Json_is_encoded_for_its_place()
    {
        Assert.Equal("""{"a": {"a":[1,"\""]}}""", (string?)Prepare.Body("""{"a": {{ json(fields.tree) }}}""", Prepare.Scopes(Fields())));
        Assert.Equal("""{"a": {"a":[1,"\""]}}""", (string?)Prepare.Body("""{"a": {{ fields.tree | json }}}""", Prepare.Scopes(Fields())));
        Assert.Equal("""{"a":[1,"\""]}""", (string?)Prepare.Typed("{{ json(fields.tree) }}", Fields()));
        Assert.Equal("https://x.example.com/?q=%7B%22a%22%3A%5B1%2C%22%5C%22%22%5D%7D", Prepare.Url("https://x.example.com/?q={{ json(fields.tree) }}", Fields()));
        Assert.Equal("a = \"{\\\"a\\\":[1,\\\"\\\\\\\"\\\"]}\"\n", Prepare.Hcl("a = {{ json(fields.tree) }}\n", Fields()));
        Assert.Equal("""{"a":[1,"\""]}""", Prepare.Header("{{ json(fields.tree) }}", Fields()));
    }
}
