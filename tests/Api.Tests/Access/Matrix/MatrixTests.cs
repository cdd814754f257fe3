using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pao.Api.Access;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access.Matrix;

/// <summary>Every route × every role × own, team's, item's, foreign and missing, from the routes that the service really has.</summary>
public sealed class MatrixTests(Stage stage) : IClassFixture<Stage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_route_names_its_rule_and_has_a_line_in_the_table()
    {
        List<string> holes = [];
        var routes = Routes().ToList();
        foreach (var (name, endpoint) in routes)
        {
            var rule = RuleOf(endpoint);
            if (rule is null)
                holes.Add($"{name} names no rule: add .RequireAuthorization(AccessRules.…) to it or to its group, or .OpenBecause(\"why\").");
            else if (!AccessTable.Routes.TryGetValue(name, out var route))
                holes.Add($"{name} is not in AccessTable.Routes: add  [\"{name}\"] = new(\"{rule}\"),  or the kind that fits what it is about.");
            else if (AccessTable.Kinds[route.Kind].Rule != rule)
                holes.Add($"{name} has the rule {rule}; its line in AccessTable.Routes says {route.Kind}, which has {AccessTable.Kinds[route.Kind].Rule}.");
        }

        holes.AddRange(AccessTable.Routes.Keys.Except(routes.Select(route => route.Name))
            .Select(name => $"{name} is in AccessTable.Routes, and the service has no such route: remove the line."));
        Assert.True(holes.Count == 0, string.Join('\n', holes));
    }

    [Fact]
    public async Task Each_caller_gets_what_the_table_says()
    {
        List<string> wrong = [];
        var cells = 0;
        foreach (var caller in AccessTable.Callers)
        {
            using var client = stage.Client(caller);
            foreach (var (name, route) in AccessTable.Routes)
            {
                var kind = AccessTable.Kinds[route.Kind];
                foreach (var relation in kind.Entity is Entity.None ? [Relation.Own] : AccessTable.Relations)
                {
                    cells++;
                    using var answer = await CallAsync(client, name, route, caller, relation);
                    var got = await VerdictAsync(answer);
                    if (got != kind.Expected(caller, relation))
                        wrong.Add($"{name} as {caller}, {relation}: {got} ({(int)answer.StatusCode}) instead of {kind.Expected(caller, relation)}");
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{cells} cells: {AccessTable.Routes.Count} routes, {AccessTable.Callers.Count} callers, {AccessTable.Relations.Count} relations.");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task What_is_hidden_answers_as_what_does_not_exist()
    {
        var compared = 0;
        foreach (var caller in AccessTable.Callers)
        {
            using var client = stage.Client(caller);
            foreach (var (name, route) in AccessTable.Routes)
            {
                var kind = AccessTable.Kinds[route.Kind];
                foreach (var relation in AccessTable.Relations.Where(one => kind.Expected(caller, one) == 'H' && one is not Relation.Missing))
                {
                    using var hidden = await CallAsync(client, name, route, caller, relation);
                    using var missing = await CallAsync(client, name, route, caller, Relation.Missing);
                    Assert.Equal(await ShapeAsync(missing, caller, Relation.Missing), await ShapeAsync(hidden, caller, relation));
                    compared++;
                }
            }
        }

        Assert.True(compared > 20, $"Only {compared} were compared.");
    }

    private async Task<HttpResponseMessage> CallAsync(HttpClient client, string name, Route route, string caller, Relation relation)
    {
        var parts = name.Split(' ');
        var id = AccessTable.Kinds[route.Kind].Entity switch
        {
            Entity.Item => Stage.ItemOf(relation),
            Entity.Request => stage.RequestOf(caller, relation),
            _ => relation is Relation.Missing ? "nobody" : Stage.Spare,
        };
        var path = parts[1].Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{actionId}", "echo", StringComparison.Ordinal)
            .Replace("{keyId}", "PAOA0000000000000000", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(parts[0] == "ANY" ? HttpMethod.Get : new HttpMethod(parts[0]), path);
        if (route.Body is { } body)
        {
            // Of a submission for a team the item is for everybody, so that the team alone decides.
            var (item, team) = (relation, route.Kind) switch
            {
                (Relation.Team, "submit") => (TestCatalog.Echo, "\"blue\""),
                (Relation.Foreign, "submit") => (caller is "operator" ? Stage.ForRed : TestCatalog.Echo, "\"red\""),
                _ => (Stage.ItemOf(relation), "null"),
            };
            body = body.Replace("ITEM", item, StringComparison.Ordinal).Replace("TEAM", team, StringComparison.Ordinal);
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await client.SendAsync(request, Cancellation);
    }

    private static async Task<char> VerdictAsync(HttpResponseMessage answer)
    {
        var body = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await Service.ReadAsync(answer) : null;
        return ((string?)body?["code"], (int)answer.StatusCode) switch
        {
            ("access.unauthenticated", 401) => 'U',
            ("access.forbidden", 403) => 'F',
            ("request.not_found" or "catalog_item.not_found" or "orchestration.not_found" or "principal.not_found", 404) => 'H',
            ("body.invalid", 422) when body?["errors"]?["/team"] is not null => 'R',
            ("route.not_found" or "route.method_not_allowed", _) => '?',
            (_, >= 500) => '!',
            _ => 'Y',
        };
    }

    /// <summary>Status, headers and body, but for what names the call itself.</summary>
    private async Task<string> ShapeAsync(HttpResponseMessage answer, string caller, Relation relation)
    {
        var body = await Service.ReadAsync(answer);
        body["correlation_id"] = "";
        var text = body.ToJsonString()
            .Replace(stage.RequestOf(caller, relation), "ID", StringComparison.Ordinal)
            .Replace(Stage.ItemOf(relation), "ID", StringComparison.Ordinal);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("X-Correlation-Id" or "Content-Length" or "Date"))
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        return $"{answer.StatusCode}\n{string.Join('\n', headers)}\n{text}";
    }

    private IEnumerable<(string Name, RouteEndpoint Endpoint)> Routes() =>
        from source in stage.Service.Services.GetServices<EndpointDataSource>()
        from endpoint in source.Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        select ($"{method} /{endpoint.RoutePattern.RawText?.Trim('/')}", endpoint);

    /// <returns>Null when it names none that there is.</returns>
    private static string? RuleOf(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is { } open)
            return open is OpenEndpoint { Reason.Length: > 10 } ? "open" : null;
        var rules = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        return rules.Count > 0 && rules.All(rule => rule.Policy is { } name && AccessRules.RolesOf.ContainsKey(name)) ? rules[^1].Policy : null;
    }
}
