namespace Pao.Api.Tests.Access.Matrix;

/// <summary>
/// Who may do what, in one place: each route has a line in <see cref="Routes"/>, each kind of route one in
/// <see cref="Kinds"/>. A route that is not here fails the matrix.
/// </summary>
internal static class AccessTable
{
    public static readonly IReadOnlyList<string> Callers = ["none", "developer", "author", "operator", "admin"];

    /// <summary>What the path or the body is about, seen from the caller, who is in the team blue.</summary>
    public static readonly IReadOnlyList<Relation> Relations = [Relation.Own, Relation.Team, Relation.Item, Relation.Foreign, Relation.Missing];

    // For each caller the answers for what is its own (of the catalog: for everybody), of its team, of an item that its team
    // owns, of others, and for what does not exist. Y: let in, F: forbidden, H: hidden, as if it did not exist,
    // U: asked who it is, R: refused for its content. One letter stands for all five.
    public static readonly IReadOnlyDictionary<string, Kind> Kinds = new Dictionary<string, Kind>
    {
        //                                                 none     developer author   operator admin
        ["open"] = new("open", Entity.None,               "Y        Y        Y        Y        Y"),
        ["developer"] = new("developer", Entity.None,     "U        Y        Y        Y        Y"),
        ["author"] = new("author", Entity.None,           "U        F        Y        F        Y"),
        ["operator"] = new("operator", Entity.None,       "U        F        F        Y        Y"),
        ["admin"] = new("admin", Entity.None,             "U        F        F        F        Y"),
        ["author-or-operator"] = new("author-or-operator", Entity.None,
                                                          "U        F        Y        Y        Y"),
        ["item"] = new("developer", Entity.Item,          "U        YYHHH    YYYHH    YYYYH    YYYYH"),
        ["item.try"] = new("author", Entity.Item,         "U        F        YYYHH    F        YYYYH"),
        ["item.operate"] = new("operator", Entity.Item,   "U        F        F        YYYYH    YYYYH"),
        ["submit"] = new("developer", Entity.Item,        "U        YYHRH    YYFRH    YYFFH    YYYYH"),
        ["request"] = new("developer", Entity.Request,    "U        YYHHH    YYYHH    YYYYH    YYYYH"),
        ["request.cancel"] = new("developer", Entity.Request,
                                                          "U        YFHHH    YFFHH    YYYYH    YYYYH"),
        ["request.escalate"] = new("developer", Entity.Request,
                                                          "U        YFHHH    YFYHH    YYYYH    YYYYH"),
        ["request.decide"] = new("developer", Entity.Request,
                                                          "U        FFHHH    FFYHH    YYYYH    YYYYH"),
        ["principal"] = new("admin", Entity.Principal,    "U        F        F        F        YYYYH"),
        ["orchestration"] = new("operator", Entity.Request,
                                                          "U        F        F        YYYYH    YYYYH"),
    };

    public static readonly IReadOnlyDictionary<string, Route> Routes = new Dictionary<string, Route>
    {
        ["GET /api/v1/health"] = new("open"),
        ["GET /api/v1/health/ready"] = new("open"),
        ["GET /api/v1/version"] = new("open"),
        ["GET /openapi/v1.json"] = new("open"),
        ["ANY /api/v1/metrics"] = new("operator"),
        ["GET /api/v1/me"] = new("developer"),
        ["GET /api/v1/audit"] = new("admin"),
        ["GET /api/v1/audit/export"] = new("admin"),
        ["GET /api/v1/audit/public-key"] = new("admin"),
        ["GET /api/v1/principals"] = new("admin"),
        ["GET /api/v1/principals/{id}"] = new("principal"),
        ["PUT /api/v1/principals/{id}"] = new("admin", """{"name": "Spare"}"""),
        ["POST /api/v1/principals/{id}/disable"] = new("principal"),
        ["POST /api/v1/principals/{id}/enable"] = new("principal"),
        ["GET /api/v1/principals/{id}/keys"] = new("principal"),
        ["POST /api/v1/principals/{id}/keys"] = new("principal"),
        ["POST /api/v1/principals/{id}/keys/{keyId}/disable"] = new("admin"),
        ["POST /api/v1/principals/{id}/keys/{keyId}/enable"] = new("admin"),
        ["DELETE /api/v1/principals/{id}/keys/{keyId}"] = new("admin"),
        ["POST /api/v1/webhooks/github"] = new("open", "{}"),
        ["POST /api/v1/webhooks/gitlab"] = new("open", "{}"),
        ["POST /api/v1/webhooks/jira"] = new("open", "{}"),
        ["POST /api/v1/webhooks/terraform"] = new("open", "{}"),
        ["GET /api/v1/catalog"] = new("developer"),
        ["GET /api/v1/catalog/items/{id}"] = new("item"),
        ["GET /api/v1/catalog/items/{id}/schema"] = new("item"),
        ["GET /api/v1/catalog/items/{id}/health"] = new("item"),
        ["POST /api/v1/catalog/refresh"] = new("author-or-operator"),
        ["GET /api/v1/catalog/validation-errors"] = new("author-or-operator"),
        ["GET /api/v1/catalog/automation"] = new("operator"),
        ["PUT /api/v1/catalog/items/{id}/automation"] = new("item.operate", """{"automatic": true}"""),
        ["POST /api/v1/validate/catalog-item"] = new("author", "{}"),
        ["POST /api/v1/validate/request"] = new("author", """{"catalog_item_id": "ITEM", "fields": {"name": "Ada"}}"""),
        ["POST /api/v1/preview/form"] = new("item.try", """{"catalog_item_id": "ITEM"}"""),
        ["POST /api/v1/test/variables"] = new("item.try", """{"catalog_item_id": "ITEM"}"""),
        ["GET /api/v1/requests"] = new("developer"),
        ["POST /api/v1/requests"] = new("submit", """{"catalog_item_id": "ITEM", "fields": {"name": "Ada"}, "team": TEAM}"""),
        ["GET /api/v1/requests/{id}"] = new("request"),
        ["GET /api/v1/requests/{id}/status"] = new("request"),
        ["GET /api/v1/requests/{id}/logs"] = new("request"),
        ["GET /api/v1/requests/{id}/history"] = new("request"),
        ["GET /api/v1/requests/{id}/explain"] = new("request"),
        ["GET /api/v1/requests/{id}/escalation"] = new("request"),
        ["POST /api/v1/requests/{id}/retry"] = new("request.decide"),
        ["POST /api/v1/requests/{id}/abort"] = new("request.decide"),
        ["POST /api/v1/requests/{id}/escalate"] = new("request.escalate"),
        ["POST /api/v1/requests/{id}/cancel"] = new("request.cancel"),
        ["POST /api/v1/requests/{id}/actions/{actionId}/complete"] = new("request.decide", """{"outputs": {}}"""),
        ["GET /api/v1/orchestrations"] = new("operator"),
        ["GET /api/v1/orchestrations/{id}"] = new("orchestration"),
        ["GET /api/v1/orchestrations/{id}/history"] = new("orchestration"),
        ["POST /api/v1/orchestrations/{id}/suspend"] = new("orchestration"),
        ["POST /api/v1/orchestrations/{id}/resume"] = new("orchestration"),
        ["POST /api/v1/orchestrations/{id}/terminate"] = new("orchestration"),
        ["POST /api/v1/orchestrations/{id}/rewind"] = new("orchestration"),
        ["POST /api/v1/orchestrations/{id}/restart"] = new("orchestration"),
        ["DELETE /api/v1/orchestrations/{id}"] = new("orchestration"),
    };
}

/// <param name="Kind">Whose line of expectations holds.</param>
/// <param name="Body">Sent with it; ITEM and TEAM stand for those of the relation.</param>
internal sealed record Route(string Kind, string? Body = null);

/// <param name="Rule">The rule of AccessRules that the endpoint names; open: that it says why it is open.</param>
/// <param name="Entity">What its path or body names.</param>
/// <param name="Cells">The expectations.</param>
internal sealed record Kind(string Rule, Entity Entity, string Cells)
{
    public char Expected(string caller, Relation relation)
    {
        var cell = Cells.Split(' ', StringSplitOptions.RemoveEmptyEntries)[AccessTable.Callers.ToList().IndexOf(caller)];
        return cell.Length == 1 ? cell[0] : cell[(int)relation];
    }
}

internal enum Entity
{
    None,
    Principal,
    Item,
    Request,
}

internal enum Relation
{
    Own,
    Team,
    Item,
    Foreign,
    Missing,
}
