using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests;

public sealed class SecretTests
{
    [Theory]
    [InlineData("{{ secrets.token }}", """{"$secret":"token"}""")]
    [InlineData("{{secrets.vault.kv/data/app#password}}", """{"$secret":"vault.kv/data/app#password"}""")]
    [InlineData("Bearer {{ secrets.token }}", """{"$concat":["Bearer ",{"$secret":"token"}]}""")]
    [InlineData("{{ secrets.a }}:{{ secrets.b }}", """{"$concat":[{"$secret":"a"},":",{"$secret":"b"}]}""")]
    [InlineData("{% if fields.on %}{{ secrets.a }}{% endif %}", """{"$secret":"a"}""")]
    public void A_secret_stays_a_reference(string template, string json)
    {
        var config = Prepare.Config(
            new JsonObject { ["headers"] = new JsonObject { ["A"] = template } }, Prepare.Scopes(Prepare.Fields(("on", true))));

        Assert.Equal(json, config["headers"]!["A"]!.ToJsonString());
    }

    [Fact]
    public void A_secret_in_a_structure_is_a_reference_in_its_place() => Assert.Equal(
        """{"user":"ada","password":{"$secret":"db"}}""",
        Prepare.Body(
            new JsonObject { ["user"] = "{{ fields.user }}", ["password"] = "{{ secrets.db }}" },
            Prepare.Scopes(Prepare.Fields(("user", "ada"))))!.ToJsonString());

    [Fact]
    public void A_secret_in_a_JSON_body_makes_the_body_a_structure_so_that_its_value_is_encoded_later() => Assert.Equal(
        """{"user":"a\u0022b","password":{"$secret":"db"},"auth":{"$concat":["Basic ",{"$secret":"x"}]}}""",
        Prepare.Body(
            """{"user": "{{ fields.user }}", "password": {{ secrets.db }}, "auth": "Basic {{ secrets.x }}"}""",
            Prepare.Scopes(Prepare.Fields(("user", "a\"b"))))!.ToJsonString());

    [Theory]
    [InlineData("https://x.example.com/{{ secrets.token }}")]
    [InlineData("{{ secrets.token }}")]
    public void A_secret_does_not_go_into_a_URL(string url) =>
        Assert.Contains("does not belong in a URL", Prepare.Fails(() => Prepare.Url(url)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ upper(secrets.token) }}")]
    [InlineData("{{ secrets.token | upper }}")]
    [InlineData("{% if secrets.token == 'x' %}{% endif %}")]
    [InlineData("{{ __secret_0 }}")]
    [InlineData("{{ secrets.token }}{{ upper(__secret_0) }}")]
    public void Nothing_can_be_done_with_a_secret(string template) => Prepare.Fails(() => Prepare.Text(template));

    [Theory]
    [InlineData("""{"$secret": "other"}""")]
    [InlineData("""{"a": [{"$concat": ["x", {"$secret": "other"}]}]}""")]
    public void The_answer_of_another_service_can_not_name_a_secret(string body)
    {
        var outputs = new JsonObject { ["get"] = new JsonObject { ["body"] = JsonNode.Parse(body) } };

        Assert.Contains("reserved for secrets", Prepare.Fails(() => Prepare.Typed("{{ output.get.body }}", outputs: outputs)), StringComparison.Ordinal);
        Assert.Contains(
            "reserved for secrets",
            Prepare.Fails(() => Prepare.Body("""{"a": {{ output.get.body }}, "b": {{ secrets.mine }}}""", Prepare.Scopes(outputs: outputs))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_can_not_write_a_reference_by_hand() => Assert.Contains(
        "reserved for secrets", Prepare.Fails(() => Prepare.Body(new JsonObject { ["$secret"] = "x" }, Prepare.Scopes())), StringComparison.Ordinal);

    [Fact]
    public void A_value_can_not_stand_for_a_secret() => Assert.Contains(
        "U+FFFF",
        Prepare.Fails(() => Prepare.Body(
            """{"a": "{{ fields.x }}", "b": "{{ secrets.mine }}"}""", Prepare.Scopes(Prepare.Fields(("x", "\uFFFF0\uFFFF"))))),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("https://api.example.com/x", "{{ secrets.pay }}", "https://api.example.com/")]
    [InlineData("https://api.example.com/{{ fields.x }}", "{{ secrets.pay }}", "https://api.example.com/")]
    [InlineData("{{ env.API }}/x", "{{ secrets.pay }}", null)]
    [InlineData("https://api.example.com/x", "{{ secrets.vault.pay/db#password }}", "https://api.example.com/")]
    public void An_operator_is_asked_about_every_secret_and_where_it_goes(string url, string secret, string? target)
    {
        var uses = new List<SecretUse>();

        var document = TestCatalog.Read(
            TestCatalog.WithAction($$$"""{ type: webhook, config: { endpoint: { url: "{{{url}}}" }, headers: { A: "{{{secret}}}" } } }"""), use =>
            {
                uses.Add(use);
                return "Not for you.";
            });

        var use = Assert.Single(uses);
        Assert.Equal(
            (secret[11..^3], "starter-one-standard", "platform", "webhook", target),
            (use.Secret, use.Item, use.Team, use.ActionType, use.Target?.AbsoluteUri));
        Assert.Contains(document.Findings, finding => finding is { Rule: "secret.refused", Severity: Severity.Warning } && finding.Message.StartsWith("Not for you.", StringComparison.Ordinal));
        Assert.Contains("Not for you.", document.Item?.Unavailable, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clients_secret_goes_to_its_token_endpoint()
    {
        var uses = new List<SecretUse>();

        TestCatalog.Read(
            TestCatalog.WithAction("""
                { type: rest-api, config: { endpoint: { url: "https://api.example.com", method: GET }, authentication: { type: oauth2-client-credentials,
                tokenUrl: "https://login.example.com/token", clientId: pao, clientSecret: "{{ secrets.client }}" } } }
                """.ReplaceLineEndings(" ")), use =>
            {
                uses.Add(use);
                return null;
            });

        Assert.Equal("https://login.example.com/", Assert.Single(uses).Target?.AbsoluteUri);
    }
}
