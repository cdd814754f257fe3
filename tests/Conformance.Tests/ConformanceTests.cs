using Pao.Conformance.Tests.Cases;
using Pao.Conformance.Tests.Setups;
using Pao.Conformance.Tests.Users;

namespace Pao.Conformance.Tests;

/// <summary>Every case of the table in one setup.</summary>
public abstract class ConformanceTests<TSetup>(TSetup setup) : IClassFixture<TSetup>
    where TSetup : Setup
{
    private protected IHubUser User => setup.User;

    [Theory, MemberData(nameof(AllCases.Names), MemberType = typeof(AllCases))]
    public Task Holds(string name) => AllCases.ByName[name].Play(new Stage(setup.User));
}

public sealed class InProcessOnSqlite() : Setup(Store.Sqlite, Wiring.InProcess);

public sealed class InProcessOnPostgres() : Setup(Store.Postgres, Wiring.InProcess);

public sealed class GrpcOnSqlite() : Setup(Store.Sqlite, Wiring.Grpc);

public sealed class GrpcOnPostgres() : Setup(Store.Postgres, Wiring.Grpc);

public sealed class NodeOnSqlite() : Setup(Store.Sqlite, Wiring.Node);

public sealed class NodeOnPostgres() : Setup(Store.Postgres, Wiring.Node);

public sealed class OwnCallsNodeOnPostgres() : Setup(Store.Postgres, Wiring.OwnCallsNode);

public sealed class NodeCallsOwnOnSqlite() : Setup(Store.Sqlite, Wiring.NodeCallsOwn);

public sealed class InProcessOnSqliteTests(InProcessOnSqlite setup) : ConformanceTests<InProcessOnSqlite>(setup);

public sealed class InProcessOnPostgresTests(InProcessOnPostgres setup) : ConformanceTests<InProcessOnPostgres>(setup);

public sealed class GrpcOnSqliteTests(GrpcOnSqlite setup) : ConformanceTests<GrpcOnSqlite>(setup);

public sealed class GrpcOnPostgresTests(GrpcOnPostgres setup) : ConformanceTests<GrpcOnPostgres>(setup);

public sealed class NodeOnSqliteTests(NodeOnSqlite setup) : ConformanceTests<NodeOnSqlite>(setup);

public sealed class NodeOnPostgresTests(NodeOnPostgres setup) : ConformanceTests<NodeOnPostgres>(setup);

public sealed class OwnCallsNodeTests(OwnCallsNodeOnPostgres setup) : ConformanceTests<OwnCallsNodeOnPostgres>(setup)
{
    [Fact]
    public async Task The_activities_really_are_JavaScript() =>
        Answers.Completed(await new Stage(User).RunAsync("language"), "javascript");
}

public sealed class NodeCallsOwnTests(NodeCallsOwnOnSqlite setup) : ConformanceTests<NodeCallsOwnOnSqlite>(setup)
{
    [Fact]
    public async Task The_activities_really_are_CSharp() =>
        Answers.Completed(await new Stage(User).RunAsync("language"), "csharp");
}
