using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using CsCheck;
using Pao.Catalog.Tests.Hostile;

namespace Pao.Catalog.Tests;

/// <summary>Values come back from a real parser of their target as they went in, whatever they hold.</summary>
public sealed class EncodingTests
{
    private static readonly string[] Files = ["infra/{{ fields.x }}.tf", "infra/{{ fields.x }}/main.tf", "{{ fields.x }}", "infra/a-{{ fields.x }}"];

    /// <summary>Each payload alone, between others and twice.</summary>
    private static IEnumerable<string> Values => Payloads.All.SelectMany(payload => new[] { payload, $"before{payload}after", payload + payload });

    [Fact]
    public void The_corpus_has_two_hundred_payloads_and_more() => Assert.InRange(Payloads.All.Count, 200, int.MaxValue);

    [Fact]
    public void A_value_survives_a_JSON_body() => Assert.All(Values, AssertJson);

    [Fact]
    public void A_value_survives_a_URL() => Assert.All(Values.Where(value => value.Length > 0), AssertUrl);

    [Fact]
    public void A_value_is_one_word_of_a_host_or_not_in_it() => Assert.All(Values, value =>
    {
        try
        {
            var url = new Uri(Prepare.Url("https://a-{{ fields.x }}.api.example.com:8443/items", Prepare.Fields(("x", value))));

            Assert.Equal($"https://a-{value.ToLowerInvariant()}.api.example.com:8443/items", url.AbsoluteUri);
        }
        catch (TemplateException refused)
        {
            Assert.Contains("stands in the host", refused.Message, StringComparison.Ordinal);
            Assert.True(value.Length is 0 or > 63 || value.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '-'));
        }
    });

    [Fact]
    public void A_value_survives_a_form_body() => Assert.All(Values, value =>
    {
        var body = (string)Prepare.Body("first=1&value={{ fields.x }}&last=2", Prepare.Scopes(Prepare.Fields(("x", value))), "form")!;

        var pairs = HttpUtility.ParseQueryString(body);
        Assert.Equal("first,value,last", string.Join(",", pairs.AllKeys));
        Assert.Equal(value, pairs["value"]);
    });

    [Fact]
    public void A_value_of_a_mapping_is_that_value() => Assert.All(Values, value =>
    {
        var fields = Prepare.Fields(("x", value), ("tree", new JsonObject { ["k" + value] = new JsonArray(value) }));

        Assert.Equal(value, (string?)Prepare.Typed("{{ fields.x }}", fields));
        Assert.Equal($"<{value}>", (string?)Prepare.Typed("<{{ fields.x }}>", fields));
        Assert.True(JsonNode.DeepEquals(fields["tree"], Prepare.Typed("{{ fields.tree }}", fields)));
        Assert.Equal(value, (string?)Prepare.Render(ActionTypes.GitHubWorkflow, Under("inputs", "{{ fields.x }}"), fields)["inputs"]!["x"]);
        Assert.Equal(value, (string?)Prepare.Render(ActionTypes.Terraform, Under("variables", "{{ fields.x }}"), fields)["variables"]!["x"]);
        Assert.Equal(value, (string?)Prepare.Ticket("customFields", new JsonObject { ["x"] = "{{ fields.x }}" }, fields)!["x"]);
    });

    [Fact]
    public void Plain_text_is_as_it_is() =>
        Assert.All(Values, value => Assert.Equal($"<{value}>", Prepare.Text("<{{ fields.x }}>", Prepare.Fields(("x", value)))));

    [Theory]
    [InlineData("labels", "team {{ fields.x }}", "does not fit")]
    [InlineData("labels", "a{{ fields.x }}", "holds no spaces")]
    [InlineData("components", "a{{ fields.x }}", "one line of text")]
    [InlineData("priority", "a{{ fields.x }}", "one line of text")]
    [InlineData("project", "a{{ fields.x }}", "letters, digits")]
    [InlineData("epicKey", "a{{ fields.x }}", "letters, digits")]
    public void A_place_for_plain_words_takes_a_value_whole_or_not_at_all(string key, string template, string says)
    {
        var list = key is "labels" or "components";
        JsonNode Written() => list ? new JsonArray(template) : template;
        Assert.All(Payloads.All, value =>
        {
            try
            {
                var rendered = Prepare.Ticket(key, Written(), Prepare.Fields(("x", value)));

                var text = (string)(list ? rendered![0] : rendered)!;
                Assert.Equal(template.Replace("{{ fields.x }}", value, StringComparison.Ordinal), text);
                Assert.DoesNotContain(text, c => char.IsControl(c) || c is '\u2028' or '\u2029');
            }
            catch (TemplateException refused)
            {
                Assert.Contains(says, refused.Message, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void A_value_never_leads_a_file_out_of_its_folder() => Assert.All(Payloads.All, value =>
    {
        foreach (var template in Files)
        {
            try
            {
                var path = (string)Prepare.Render(
                    ActionTypes.Terraform, new JsonObject { ["filename"] = template }, Prepare.Fields(("x", value)))["filename"]!;

                Assert.Equal(template.Replace("{{ fields.x }}", value, StringComparison.Ordinal), path);
                Assert.Equal(template.Split('/').Length, path.Split('/', '\\').Length);
                Assert.DoesNotContain(path.Split('/'), part => part.Length == 0 || part[0] is '.');
                Assert.Equal($"/root/{path}", Path.GetFullPath(path, "/root"));
            }
            catch (TemplateException refused)
            {
                Assert.Contains("is a relative path", refused.Message, StringComparison.Ordinal);
            }
        }
    });

    [Fact]
    public void Half_a_character_is_an_error_in_every_place() => Assert.All(Payloads.Broken, value =>
    {
        var fields = Prepare.Fields(("x", value));
        Action[] places =
        [
            () => Prepare.Text("{{ fields.x }}", fields), () => Prepare.Url("https://x.example.com/{{ fields.x }}", fields), () => Prepare.Header("{{ fields.x }}", fields),
            () => Prepare.Body("{\"a\": \"{{ fields.x }}\"}", Prepare.Scopes(fields)), () => Prepare.Body("{\"a\": {{ fields.x }}}", Prepare.Scopes(fields)),
            () => Prepare.Body("a={{ fields.x }}", Prepare.Scopes(fields), "form"), () => Prepare.Typed("{{ fields.x }}", fields), () => Prepare.Typed("a{{ fields.x }}", fields),
            () => Prepare.Hcl("a = {{ fields.x }}\n", fields), () => Prepare.Hcl("a = \"{{ fields.x }}\"\n", fields), () => Prepare.Ticket("descriptionTemplate", "{{ fields.x }}", fields),
            () => Prepare.Ticket("summaryTemplate", "{{ fields.x }}", fields), () => Prepare.Text("{{ json(fields.x) }}", fields), () => Prepare.Text("{{ sha256(fields.x) }}", fields),
        ];

        Assert.All(places, place => Assert.Contains("half a character", Prepare.Fails(place), StringComparison.Ordinal));
    });

    [Fact]
    public void Any_mixture_survives_too() => Gen.Int[0, Payloads.All.Count - 1].Array[1, 6].Select(picked => string.Concat(picked.Select(index => Payloads.All[index]))).Sample(
        value =>
        {
            AssertJson(value);
            AssertUrl($"a{value}");
        },
        iter: 300, threads: 1);

    private static JsonObject Under(string key, string template) => new() { [key] = new JsonObject { ["x"] = template } };

    private static void AssertJson(string value)
    {
        var fields = Prepare.Fields(("x", value), ("n", 5), ("list", new JsonArray(value, "b")));
        var body = (string)Prepare.Body(
            """{"in": "<{{ fields.x }}>", "{{ fields.x }}!": 1, "whole": {{ fields.x }}, "n": {{ fields.n }}, "list": {{ fields.list }}, "json": {{ json(fields.x) }}, "text": "{{ json(fields.x) }}"}""",
            Prepare.Scopes(fields))!;

        using var parsed = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
        var root = parsed.RootElement;
        Assert.Equal(["in", $"{value}!", "whole", "n", "list", "json", "text"], root.EnumerateObject().Select(property => property.Name));
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
        var query = HttpUtility.ParseQueryString(url.Query);
        Assert.Equal("q,last", string.Join(",", query.AllKeys));
        Assert.Equal(value, query["q"]);
        Assert.Equal("", url.Fragment);
        Assert.Equal("", url.UserInfo);
    }
}
