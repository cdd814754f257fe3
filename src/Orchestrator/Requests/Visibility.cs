using System.Text.Json;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// Who sees which requests: those that one submitted, those for one's teams, and those for items that one's teams own; or all
/// of them. Every statement that looks for requests on somebody's behalf has it among its conditions, so that a request that
/// one may not see is as far away as one that does not exist.
/// </summary>
/// <param name="UserId">Who submitted them; null: whoever did.</param>
public sealed partial record Visibility(string? UserId)
{
    public static Visibility Everything { get; } = new((string?)null);

    /// <summary>The teams for which requests were submitted.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>The teams that own the items which were requested.</summary>
    public IReadOnlyList<string> OwnerTeams { get; init; } = [];

    public bool IsEverything => UserId is null;

    /// <summary>The condition on a row of <c>requests</c>; with the parameters that <see cref="Bind"/> binds.</summary>
    internal string Condition(Database database) => IsEverything ? "true" : database.Pick(SeenPostgres, SeenSqlite);

    internal Parameters Bind(Parameters parameters) => IsEverything
        ? parameters
        : parameters.Text("seen_by", UserId)
            .Json("seen_teams", JsonSerializer.Serialize(Teams))
            .Json("seen_owners", JsonSerializer.Serialize(OwnerTeams));
}
