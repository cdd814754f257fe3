namespace Pao.EndToEnd.Tests.Programs;

/// <summary>A worker by gRPC with tasks that kill it, and nothing else.</summary>
internal sealed class HubWorkerProcess(string data, string hub) : MortalProcess(data)
{
    public override string Url => hub;

    protected override IReadOnlyList<string> Arguments => ["--role=worker", $"--hub=Endpoint={hub};TaskHub=default;Authentication=None"];

    public void ReviveIfDead() => Revive();
}
