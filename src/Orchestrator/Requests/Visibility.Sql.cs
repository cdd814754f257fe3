namespace Pao.Orchestrator.Requests;

public sealed partial record Visibility
{
    private const string SeenPostgres = """
        (user_id = @seen_by
          or team in (select value from jsonb_array_elements_text(@seen_teams))
          or item_owner in (select value from jsonb_array_elements_text(@seen_owners)))
        """;

    private const string SeenSqlite = """
        (user_id = @seen_by
          or team in (select value from json_each(@seen_teams))
          or item_owner in (select value from json_each(@seen_owners)))
        """;
}
