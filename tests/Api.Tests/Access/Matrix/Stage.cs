using System.Net.Http.Json;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access.Matrix;

/// <summary>A service with callers of every role in the team blue, and items and requests that are theirs or not.</summary>
public sealed class Stage : IAsyncLifetime
{
    /// <summary>A principal that administrators try things on.</summary>
    public const string Spare = "spare";

    public const string ForBlue = "compute-blue-standard";
    public const string OwnedByBlueForRed = "compute-crimson-standard";
    public const string ForRed = "compute-red-standard";
    private const string OwnedByBlue = "compute-made-standard";

    private readonly Dictionary<(string Caller, Relation Relation), string> _requests = [];

    public Service Service { get; } = new()
    {
        WriteDocuments = (folder, target) =>
        {
            var action = TestCatalog.Action(target, "echo", "echo");
            TestCatalog.WriteItem(folder, OwnedByBlue, "", action, owner: "blue");
            TestCatalog.WriteItem(folder, ForBlue, "access:\n  teams: [blue]\n", action);
            TestCatalog.WriteItem(folder, OwnedByBlueForRed, "access:\n  teams: [red]\n", action, owner: "blue");
            TestCatalog.WriteItem(folder, ForRed, "access:\n  teams: [red]\n", action);
            TestCatalog.WriteBundle(folder, "bundle-red-inside", ForRed, "1.0.0");
        },
    };

    public string Missing { get; } = Guid.NewGuid().ToString();

    public async ValueTask InitializeAsync()
    {
        await Service.InitializeAsync();
        await Service.EnrolAsync("developer", [], ["blue"]);
        await Service.EnrolAsync("author", ["author"], ["blue"]);
        await Service.EnrolAsync("operator", ["operator"], ["blue"]);
        await Service.EnrolAsync("admin", ["admin"], ["blue"]);
        await Service.EnrolAsync(Spare, [], []);
        await Service.EnrolAsync("other", [], ["blue", "red"]);

        using var other = Service.ClientOf("other");
        foreach (var caller in AccessTable.Callers) // each its own: an operator's purge leaves those of others
        {
            using var client = Client(caller == "none" ? "other" : caller);
            _requests[(caller, Relation.Own)] = await SubmitAsync(client, TestCatalog.Echo, team: null);
            _requests[(caller, Relation.Team)] = await SubmitAsync(other, TestCatalog.Echo, "blue");
            _requests[(caller, Relation.Item)] = await SubmitAsync(other, OwnedByBlue, team: null);
            _requests[(caller, Relation.Foreign)] = await SubmitAsync(other, TestCatalog.Echo, "red");
            _requests[(caller, Relation.Missing)] = Missing;
        }
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    public HttpClient Client(string caller) => caller == "none" ? Service.Stranger() : Service.ClientOf(caller);

    internal string RequestOf(string caller, Relation relation) => _requests[(caller, relation)];

    internal static string ItemOf(Relation relation) => relation switch
    {
        Relation.Own => TestCatalog.Echo,
        Relation.Team => ForBlue,
        Relation.Item => OwnedByBlueForRed,
        Relation.Foreign => ForRed,
        _ => "compute-none-standard",
    };

    /// <summary>Submits, and waits for the end, so that nothing of it changes any more.</summary>
    private static async Task<string> SubmitAsync(HttpClient client, string item, string? team)
    {
        using var answer = await client.PostAsJsonAsync(
            "/api/v1/requests", new { catalog_item_id = item, fields = new { name = "Ada" }, team }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        var id = (string?)(await Service.ReadAsync(answer))["id"] ?? "";
        await Service.WaitForStatusAsync(client, id, "completed");
        return id;
    }
}
