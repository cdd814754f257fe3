namespace Pao.Catalog.Tests;

public sealed class UrlTests
{
    [Theory]
    [InlineData("{{ env.CATALOG_TEST_BASE }}/items", "https://base.example.com/api/items")]
    [InlineData("{{ metadata.base }}/{{ fields.x }}", "https://meta.example.com/eu")]
    [InlineData("https://{{ fields.x }}.api.example.com/", "https://eu.api.example.com/")]
    [InlineData("https://api-{{ fields.x }}.example.com:8443/a", "https://api-eu.example.com:8443/a")]
    [InlineData("https://api.example.com?q={{ fields.x }}", "https://api.example.com?q=eu")]
    [InlineData("https://api.example.com/?q={{ fields.empty }}", "https://api.example.com/?q=")]
    public void A_URL_is_made_of_what_the_author_wrote(string template, string url) =>
        Assert.Equal(url, Prepare.Url(template, Prepare.Fields(("x", "eu"), ("empty", ""))));

    [Theory]
    [InlineData("{{ fields.x }}/items", "http://evil.example.com", "can not begin with 'fields.x'")]
    [InlineData("{{ output.a.url }}", "x", "can not begin with 'output.a.url'")]
    [InlineData("{{ upper(fields.x) }}/items", "http://evil.example.com", "can not begin with")]
    [InlineData("https://{{ fields.x }}/items", "evil", "choose the host")]
    [InlineData("https://{{ fields.x }}.com/items", "evil", "choose the host")]
    [InlineData("https://{{ fields.x }}-example.com/items", "evil", "choose the host")]
    [InlineData("https://api.example.com{{ fields.x }}/items", "evil", "choose the host")]
    [InlineData("https://api.example.com:{{ fields.x }}/items", "81", "choose the host")]
    [InlineData("https://{{ fields.x }}{{ fields.x }}/items", "evil", "choose the host")]
    [InlineData("https://{{ fields.x }}.api.example.com/", "evil.com/", "stands in the host")]
    [InlineData("https://{{ fields.x }}.api.example.com/", "a@b", "stands in the host")]
    [InlineData("https://{{ fields.x }}.api.example.com/", "", "stands in the host")]
    [InlineData("https://{{ fields.x }}@api.example.com/", "me", "choose the host")]
    [InlineData("https://api.example.com/items/{{ fields.x }}/delete", "..", "'.' or '..'")]
    [InlineData("https://api.example.com/items/{{ fields.x }}/delete", ".", "'.' or '..'")]
    [InlineData("https://api.example.com/items/.{{ fields.x }}/delete", ".", "'.' or '..'")]
    [InlineData("https://api.example.com/items/%2e{{ fields.x }}/delete", ".", "'.' or '..'")]
    [InlineData("https://api.example.com/items/{{ fields.x }}", "", "lost a path segment")]
    [InlineData("ftp://api.example.com/{{ fields.x }}", "a", "no absolute http or https URL")]
    [InlineData("/items/{{ fields.x }}", "a", "no absolute http or https URL")]
    public void A_value_chooses_neither_host_nor_path(string template, string value, string says)
    {
        var outputs = new System.Text.Json.Nodes.JsonObject { ["a"] = Prepare.Fields(("url", "http://evil.example.com")) };

        Assert.Contains(says, Prepare.Fails(() => Prepare.Url(template, Prepare.Fields(("x", value)), outputs)), StringComparison.Ordinal);
    }
}
