using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// The statement of a list. What a caller sees comes from a few sources: its own requests, those of each of its teams, those
/// for the items of each. An index has each in the list's order, so each is read no further than the page is long, however
/// many requests there are; then they are merged. A filter stands in the statement only when it is asked for, which leaves
/// the choice of the index to the database.
/// </summary>
internal sealed class RequestList
{
    private readonly RequestQuery _query;
    private readonly List<(string Column, string Parameter, string Value)> _sources;

    public RequestList(RequestQuery query)
    {
        _query = query;
        var visibility = query.Visibility;
        _sources = visibility.UserId is { } user
            ? [
                ("user_id", "user", user),
                .. visibility.Teams.Distinct().Select((team, index) => ("team", $"team_{index}", team)),
                .. visibility.OwnerTeams.Distinct().Select((team, index) => ("item_owner", $"owner_{index}", team)),
            ]
            : [];
    }

    public string Sql => $"""
        select {RequestStore.Columns}
        from (
        {Places}
          order by created_at desc, id desc
          limit @limit
        ) as place
        join requests r on r.id = place.id
        order by place.created_at desc, place.id desc
        """;

    public void Bind(Parameters parameters)
    {
        foreach (var (_, parameter, value) in _sources)
            parameters.Text(parameter, value);
        if (_query.Status is { } status)
            parameters.Text("status", status.ToText());
        if (_query.CatalogItemId is { } item)
            parameters.Text("catalog_item_id", item);
        if (_query.After is { } after)
            parameters.Time("after_created_at", after.CreatedAt).Uuid("after_id", after.Id);
        parameters.Number("limit", _query.Limit);
    }

    // A request may come from several sources, and is in the list once.
    private string Places => _sources.Count == 0
        ? Source("true")
        : string.Join("\n  union\n", _sources.Select(source => Source($"{source.Column} = @{source.Parameter}")));

    private string Source(string condition) => $"""
          select id, created_at from (
            select id, created_at from requests
            where {condition}{Filters}
            order by created_at desc, id desc
            limit @limit
          ) as source
        """;

    private string Filters =>
        (_query.Status is null ? "" : " and status = @status")
        + (_query.CatalogItemId is null ? "" : " and catalog_item_id = @catalog_item_id")
        + (_query.After is null ? "" : " and (created_at, id) < (@after_created_at, @after_id)");
}
