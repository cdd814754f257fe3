using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests;

public sealed class TemplateTests
{
    private static JsonObject Fields() => Prepare.Fields(
        ("name", "My App"), ("count", 3), ("flag", true), ("none", null), ("ports", new JsonArray(80, 443)),
        ("tags", new JsonArray("a", "b")), ("disk-size", 10));

    [Theory]
    [InlineData("{{ fields.name }}", "My App")]
    [InlineData("Hello {{ fields.name | upper }}!", "Hello MY APP!")]
    [InlineData("{{ replace(fields.name, ' ', '-') | lower }}", "my-app")]
    [InlineData("{{ slug(' Orders & more! ') }}", "orders-more")]
    [InlineData("{{ trim('  x ') }}", "x")]
    [InlineData("{{ concat('a', 1, true) }}", "a1true")]
    [InlineData("{{ join(fields.tags) }}", "a, b")]
    [InlineData("{{ join(fields.ports, ':') }}", "80:443")]
    [InlineData("{{ split('a,b,c', ',')[1] }}", "b")]
    [InlineData("{{ default(fields.missing, 'x') }}", "x")]
    [InlineData("{{ default(fields.none, 'x') }}", "x")]
    [InlineData("{{ default(output.skipped.id, 'x') }}", "x")]
    [InlineData("{{ default(fields.name, 'x') }}", "My App")]
    [InlineData("{{ coalesce(fields.missing, fields.none, fields.count) }}", "3")]
    [InlineData("{{ json(fields.ports) }}", "[80,443]")]
    [InlineData("{{ base64('hello') }}", "aGVsbG8=")]
    [InlineData("{{ sha256('abc') }}", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("{{ timestamp() }}", "2026-03-01T08:30:00Z")]
    [InlineData("{{ date() }}", "2026-03-01")]
    [InlineData("{{ date('2026-01-31', 'dd.MM.yyyy') }}", "31.01.2026")]
    [InlineData("{{ number('42') }}", "42")]
    [InlineData("{{ length(fields.name) }}", "6")]
    [InlineData("{{ length(fields.tags) }}", "2")]
    [InlineData("{{ fields.ports[1] }}", "443")]
    [InlineData("{{ fields['name'] }}", "My App")]
    [InlineData("{{ fields.disk-size }}", "10")]
    [InlineData("{{ fields.flag }}", "true")]
    [InlineData("{{ metadata.owner.team }}/{{ request.id }}/{{ system.region }}", "platform/r-1/eu")]
    [InlineData("{% if fields.count > 2 %}many{% else %}few{% endif %}", "many")]
    [InlineData("{% if fields.count > 9 %}a{% elsif fields.name == 'My App' %}b{% else %}c{% endif %}", "b")]
    [InlineData("{% if fields.flag and fields.tags contains 'b' %}yes{% endif %}", "yes")]
    [InlineData("{% if fields.name contains 'x' or fields.count == 3.0 %}yes{% endif %}", "yes")]
    [InlineData("{% for p in fields.ports %}{{ p }}{% if forloop.last == false %},{% endif %}{% endfor %}", "80,443")]
    [InlineData("{% for i in (1..3) %}{% for j in (1..2) %}{{ j }}{% endfor %}{{ forloop.index }};{% endfor %}", "121;122;123;")]
    [InlineData("{% for i in (1..9) reversed limit: 3 offset: 1 %}{{ i }}{% endfor %}", "432")]
    [InlineData("{% for i in (1..9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}", "13")]
    [InlineData("{% assign short = slug(fields.name) %}{{ short }}-{{ short }}", "my-app-my-app")]
    [InlineData("a {{- fields.count -}} b", "a3b")]
    [InlineData("{{ '{{' }} {{ '}}' }} {{ 'a}}b' }}", "{{ }} a}}b")]
    [InlineData("{{ replace(fields.name,\n   ' ',\n   '') }}", "MyApp")]
    [InlineData("no template } here {", "no template } here {")]
    public void A_template_writes_text(string template, string text) =>
        Assert.Equal(text, Prepare.Text(template, Fields()));

    [Theory]
    [InlineData("{{ fields.count }}", "3")]
    [InlineData("  {{ fields.count }}  ", "\"  3  \"")]
    [InlineData("{{ fields.flag }}", "true")]
    [InlineData("{{ fields.ports }}", "[80,443]")]
    [InlineData("{{ fields.name }}", "\"My App\"")]
    [InlineData("{{ number('1.50') }}", "1.50")]
    [InlineData("{{ split('a b', ' ') }}", "[\"a\",\"b\"]")]
    [InlineData("{{ default(fields.none, nil) }}", "null")]
    [InlineData("{{ fields.count == 3 }}", "true")]
    [InlineData("n={{ fields.count }}", "\"n=3\"")]
    public void A_string_that_is_one_expression_keeps_its_type(string template, string json) =>
        Assert.Equal(json, Prepare.Typed(template, Fields())?.ToJsonString() ?? "null");

    [Theory]
    [InlineData("{{ fields.nmae }}", "'fields.nmae' has no value", "did you mean 'name'?")]
    [InlineData("{{ fields.none }}", "'fields.none' has no value", "default(fields.none, …)")]
    [InlineData("{{ feilds.name }}", "There is no 'feilds'", "did you mean 'fields'?")]
    [InlineData("{{ fields.name.first }}", "'fields.name' is a plain value", "")]
    [InlineData("{{ fields.ports[2] }}", "'fields.ports[2]' has no value", "")]
    [InlineData("{{ output.create.id }}", "'output.create' has no value", "")]
    [InlineData("{{ uper(fields.name) }}", "There is no function 'uper'", "did you mean 'upper'?")]
    [InlineData("{{ fields.name | uper }}", "There is no function 'uper'", "did you mean 'upper'?")]
    [InlineData("{{ replace(fields.name, 'a') }}", "'replace' takes 3 arguments, not 2", "")]
    [InlineData("{{ fields.ports }}", "would write a list or an object as text", "join(x, ', ')")]
    [InlineData("{{ default(fields.none, nil) }}", "has no value to write", "")]
    [InlineData("{{ env.HOME }}", "'env.HOME' has no value", "")]
    [InlineData("{{ env.CATALOG_TEST_UNSET }}", "'env.CATALOG_TEST_UNSET' has no value", "")]
    [InlineData("{% if fields.name > 3 %}x{% endif %}", "neither two numbers nor two texts", "")]
    [InlineData("{% for x in fields.name %}x{% endfor %}", "'fields.name' is no list", "")]
    [InlineData("{% assign fields = 1 %}", "can not be called 'fields'", "")]
    [InlineData("{{ number('many') }}", "no number", "")]
    [InlineData("{{ fields.name == empty }}", "'empty' and 'blank' are not supported", "")]
    public void What_is_not_there_is_an_error_that_says_what_is(string template, string says, string suggests)
    {
        var message = Prepare.Fails(() => Prepare.Text(template, Fields()));

        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(suggests, message, StringComparison.Ordinal);
        Assert.Contains("Action 'act', config.body.contentTemplate", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_user_typed_is_never_a_template()
    {
        const string typed = "{{ secrets.x }}{{ fields.other }}{% for i in (1..9) %}";

        Assert.Equal($"<{typed}>", Prepare.Text("<{{ fields.name }}>", Prepare.Fields(("name", typed), ("other", "leak"))));
        Assert.Equal(typed, (string?)Prepare.Typed("{{ fields.name }}", Prepare.Fields(("name", typed))));
    }

    [Fact]
    public void Only_environment_variables_on_the_list_can_be_read() =>
        Assert.Equal("https://base.example.com/api/", Prepare.Text("{{ env.CATALOG_TEST_BASE }}"));

    [Theory]
    [InlineData("fields.flag", false)]
    [InlineData("{{ fields.count > 5 }}", true)]
    [InlineData("default(fields.missing, false)", true)]
    [InlineData("fields.count == 3 and fields.flag", false)]
    public void An_action_whose_condition_does_not_hold_is_skipped(string condition, bool skipped)
    {
        var written = condition.StartsWith("{{", StringComparison.Ordinal) ? condition : $"{{{{ {condition} }}}}";
        var action = new ActionDefinition(
            "act", null, ActionTypes.RestApi, new JsonObject { ["headers"] = new JsonObject { ["a"] = "{{ fields.name }}" } }, written, [], null, null, null);

        var prepared = Prepare.Templates.Prepare(action, Prepare.Scopes(Fields()));

        Assert.Equal(skipped, prepared.Skipped);
        Assert.Equal(skipped ? 0 : 1, prepared.Config.Count);
    }

    [Fact]
    public void A_condition_that_is_neither_true_nor_false_is_an_error()
    {
        var action = new ActionDefinition("act", null, ActionTypes.RestApi, [], "{{ fields.name }}", [], null, null, null);

        Assert.Contains(
            "neither true nor false", Prepare.Fails(() => Prepare.Templates.Prepare(action, Prepare.Scopes(Fields()))), StringComparison.Ordinal);
    }

    [Fact]
    public void Preparing_again_gives_the_same_and_changes_no_scope()
    {
        var scopes = Prepare.Scopes(Fields());
        var before = scopes.Fields.ToJsonString();
        var template = new JsonObject { ["a"] = "{{ fields.ports }}", ["b"] = "{{ timestamp() }}", ["c"] = new JsonArray("{{ fields.name }}") };

        var first = Prepare.Body(template, scopes)!.ToJsonString();

        Assert.Equal(first, Prepare.Body(template.DeepClone(), scopes)!.ToJsonString());
        Assert.Equal(before, scopes.Fields.ToJsonString());
    }
}
