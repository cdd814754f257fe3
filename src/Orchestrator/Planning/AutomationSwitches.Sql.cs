namespace Pao.Orchestrator.Planning;

public sealed partial class AutomationSwitches
{
    private const string List = """
        select catalog_item_id, switched_off_by, reason, switched_off_at from automation_switches order by catalog_item_id
        """;

    private const string SwitchOff = """
        insert into automation_switches (catalog_item_id, switched_off_by, reason, switched_off_at)
        values (@item, @by, @reason, @now)
        on conflict (catalog_item_id) do nothing
        """;

    private const string SwitchOn = """
        delete from automation_switches where catalog_item_id = @item
        """;
}
