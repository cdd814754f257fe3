namespace Pao.Orchestrator.Access;

public sealed partial class SeenSignatures
{
    private const string Remember = """
        insert into seen_signatures (signature, good_until) values (@signature, @good_until)
        on conflict (signature) do nothing
        """;

    // More than come at a time, so that the table does not grow, and never so many that a call waits for it.
    private const string Forget = """
        delete from seen_signatures where signature in (
          select signature from seen_signatures where good_until < @before order by good_until limit 20)
        """;
}
