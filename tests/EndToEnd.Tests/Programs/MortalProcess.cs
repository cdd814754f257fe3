namespace Pao.EndToEnd.Tests.Programs;

/// <summary>The program with tasks that kill it (tests/HubNode), started again when it has died.</summary>
internal abstract class MortalProcess(string data) : ServerProcess
{
    /// <summary>The exit codes of its deaths.</summary>
    public List<int> Deaths { get; } = [];

    protected string Data { get; } = data;

    protected override string HealthPath => "/";

    private string Ledger => Path.Combine(Data, "ledger");

    /// <summary>How often the instance's code was about to do its damage.</summary>
    public int Touched(string instanceId) => File.Exists(Ledger) ? File.ReadLines(Ledger).Count(line => line == instanceId) : 0;

    /// <param name="mended">Whether its tasks are harmless.</param>
    public void Launch(bool mended) => Start(
        Repository.Program("HubNode"),
        [$"--ledger={Ledger}", $"--mended={mended}", .. Arguments],
        new Dictionary<string, string?> { ["DOTNET_DbgEnableMiniDump"] = "0" });

    protected abstract IReadOnlyList<string> Arguments { get; }

    protected virtual void Revive()
    {
        if (!HasExited)
            return;

        Deaths.Add(ExitCode);
        Launch(mended: false);
    }
}
