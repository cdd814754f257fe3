using System.Text.Json.Nodes;
using Pao.Activities.Expressions;

namespace Pao.Activities.Tests;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("items[?size > `1`].name", """["b"]""")]
    [InlineData("sort_by(items, &size)[].{n: name, s: size}", """[{"n":"a","s":1},{"n":"b","s":2}]""")]
    [InlineData("join(', ', items[].name)", "\"a, b\"")]
    [InlineData("length(items)", "2")]
    [InlineData("\"a-b\" || 'none'", "\"none\"")]
    [InlineData("to_string(items[0])", """ "{\"name\":\"a\",\"size\":1}" """)]
    [InlineData("merge(items[0], `{\"x\": 1.50}`)", """{"name":"a","size":1,"x":1.5}""")]
    public void Expressions_select_and_shape(string expression, string expected)
    {
        var body = JsonNode.Parse("""{"items": [{"name": "a", "size": 1}, {"name": "b", "size": 2}]}""");

        var value = new ResponseExpression(expression).Evaluate(body);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), value), value?.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.[")]
    [InlineData("nope(a)")]
    [InlineData("pad_left(a, `2000000000`)")]
    [InlineData("pad_left (a, `2000000000`)")]
    [InlineData("replace(a, 'x', 'yyyy')")]
    [InlineData("let $x = a in [$x, $x]")]
    [InlineData("$.a")]
    [InlineData("a[::0]")]
    [InlineData("join(a, b)")]
    public void An_expression_that_cannot_be_used_is_refused_before_the_call(string expression)
    {
        var failure = Assert.Throws<ActionFailedException>(() => new ResponseExpression(expression));

        Assert.Equal("action.invalid", failure.Code);
        Assert.False(failure.Retryable);
    }

    [Fact]
    public void An_expression_that_is_too_long_is_refused() =>
        Assert.Throws<ActionFailedException>(() => new ResponseExpression(new string('a', ExpressionBounds.MaxLength + 1)));

    [Theory]
    [InlineData("(", "a", ")")]
    [InlineData("!", "a", "")]
    [InlineData("[", "a", "]")]
    [InlineData("a[?", "a", "]")]
    [InlineData("not_null(", "a", ")")]
    public void Deep_nesting_neither_overflows_nor_hangs(string open, string middle, string close)
    {
        var depth = (ExpressionBounds.MaxLength - 1) / (open.Length + close.Length);
        var expression = string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth));

        // Whether it is evaluated or refused does not matter: it ends.
        var refused = Record.Exception(() => new ResponseExpression(expression).Evaluate(JsonNode.Parse("""{"a": []}""")));
        Assert.True(refused is null or ActionFailedException, refused?.ToString());
    }

    [Theory]
    [InlineData("[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]")]
    [InlineData("{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}|{a:@,b:@}")]
    [InlineData("to_string([to_string([to_string([to_string([to_string([to_string([to_string([to_string([to_string([to_string([to_string([to_string([to_string([to_string([to_string([to_string([@])])])])])])])])])])])])])])])])")]
    public void An_expression_that_copies_without_end_is_refused_before_it_does(string expression)
    {
        var body = new JsonArray([.. Enumerable.Range(0, 1000).Select(n => JsonValue.Create(n))]);

        Assert.Throws<ActionFailedException>(() => new ResponseExpression(expression).Evaluate(body));
    }

    [Fact]
    public void A_result_that_is_too_large_to_be_kept_is_refused()
    {
        var body = new JsonArray([.. Enumerable.Range(0, 2000).Select(n => JsonValue.Create(n))]);

        var failure = Assert.Throws<ActionFailedException>(() =>
            new ResponseExpression($"[*].['{new string('x', 1000)}']").Evaluate(body));

        Assert.Equal("action.response_too_large", failure.Code);
    }

    [Fact]
    public void One_expression_may_be_evaluated_by_many_at_once()
    {
        var expression = new ResponseExpression("items[?size > `1`].{n: name} | [0].n");

        Parallel.For(0, 500, n =>
        {
            var body = JsonNode.Parse($$$"""{"items": [{"name": "a", "size": 1}, {"name": "b{{{n}}}", "size": 2}]}""");
            Assert.Equal($"b{n}", (string?)expression.Evaluate(body));
        });
    }

    [Fact]
    public void An_expression_is_compiled_once()
    {
        var expressions = new ResponseExpressions();

        Assert.Same(expressions.Get("a.b"), expressions.Get("a.b"));
        Assert.NotSame(expressions.Get("a.b"), expressions.Get("a.c"));
    }
}
