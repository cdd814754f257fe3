using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pao.Activities;
using Pao.Activities.Resilience;
using Pao.Catalog;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Planning;

namespace Pao.Orchestrator.Tests.Fulfilment;

/// <summary>Which of a document's two ways is taken, before the first action.</summary>
public sealed class PlanMakingTests : IDisposable
{
    private readonly AutomationOptions _automation = new();
    private readonly Stub _rest = new("rest-api");
    private readonly Stub _webhook = new("webhook");
    private readonly ServiceProvider _services;

    public PlanMakingTests()
    {
        var services = new ServiceCollection().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddSingleton(TimeProvider.System);
        services.AddResilience().Configure<ResilienceOptions>(resilience => resilience.FewestCalls = 2);
        services.AddHttpClient("broken").UseExternalSystems().ConfigurePrimaryHttpMessageHandler(() => new Broken());
        _services = services.BuildServiceProvider();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public void What_the_document_automates_is_automatic_where_all_it_needs_is_there() => Assert.Equal(
        new PlanChoice(FulfillmentMode.Automatic, "The document says so, and all that its actions need is there."), Make(Item()).Item);

    [Fact]
    public void What_the_document_leaves_to_people_is_manual() => Assert.Equal(
        new PlanChoice(FulfillmentMode.Manual, "The document says so."), Make(Item() with { ManualActions = null }).Item);

    [Theory]
    [InlineData("item-a")]
    [InlineData("*")]
    public void What_is_switched_off_in_the_configuration_is_manual(string switchedOff)
    {
        _automation.SwitchedOff.Add(switchedOff);

        Assert.Equal(
            new PlanChoice(FulfillmentMode.Manual, "The automation of item-a is switched off in the configuration (Pao:Automation:SwitchedOff)."),
            Make(Item()).Item);
    }

    [Fact]
    public void What_an_operator_has_switched_off_is_manual_and_the_reason_says_who_and_why()
    {
        var off = new AutomationSwitch("item-a", "ada", "The API double-charges.", TimeProvider.System.GetUtcNow());

        Assert.Equal(
            new PlanChoice(FulfillmentMode.Manual, "ada has switched the automation of item-a off: The API double-charges."), Make(Item(), off).Item);
        Assert.Equal(FulfillmentMode.Automatic, Make(Item("b"), off).Item?.Mode);
    }

    [Fact]
    public void What_is_not_configured_is_manual_and_the_reason_names_it()
    {
        _rest.Missing = "The API is not configured: set Pao:Api.";

        Assert.Equal(new PlanChoice(FulfillmentMode.Manual, "The API is not configured: set Pao:Api."), Make(Item()).Item);
    }

    [Fact]
    public async Task What_needs_a_system_that_is_away_is_manual()
    {
        await BreakAsync("https://api.example.com");

        var choice = Make(Item()).Item;

        Assert.Equal(FulfillmentMode.Manual, choice?.Mode);
        Assert.StartsWith("https://api.example.com is unavailable since ", choice?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_people_cannot_do_it_either_it_stays_automatic_and_says_why()
    {
        (_rest.Missing, _webhook.Missing) = ("No API.", "No tickets.");

        Assert.Equal(
            new PlanChoice(FulfillmentMode.Automatic, "The document says so. No API. Its manual actions cannot be carried out either: No tickets."),
            Make(Item()).Item);
    }

    [Fact]
    public void Each_component_of_a_bundle_has_a_plan_of_its_own()
    {
        _automation.SwitchedOff.Add("item-a");
        var bundle = new PinnedItem("bundle", "1.0.0", "digest", [], [])
        {
            Bundle = new PinnedBundle(OrchestrationMode.Parallel, [Component("a"), Component("b")]),
        };

        var plan = Make(bundle);

        Assert.Equal((FulfillmentMode.Manual, FulfillmentMode.Automatic), (plan.ModeOf("a"), plan.ModeOf("b")));
        Assert.Equal("by-hand", plan.ActionsOf(bundle, "a").Single().Id);
        Assert.Equal("call", plan.ActionsOf(bundle, "b").Single().Id);
    }

    private ChosenPlan Make(PinnedItem item, params IReadOnlyList<AutomationSwitch> switches) => new PlanMaking(
        [_rest, _webhook], _services.GetRequiredService<ExternalSystems>(), Options.Create(_automation)).Make(item, switches);

    private static PinnedItem Item(string id = "a") =>
        new($"item-{id}", "1.0.0", "digest", [], [Action("call", "rest-api")]) { ManualActions = [Action("by-hand", "webhook")] };

    private static PinnedComponent Component(string id) =>
        new(new ComponentDefinition(id, [], null, Form.Empty), Item(id), [], null);

    private static ActionDefinition Action(string id, string type) => new(
        id, null, type, new JsonObject { ["endpoint"] = new JsonObject { ["url"] = "https://api.example.com" } }, null, [], null, null, null);

    private async Task BreakAsync(string system)
    {
        using var client = _services.GetRequiredService<IHttpClientFactory>().CreateClient("broken");
        for (var call = 0; call < 2; call++)
        {
            using var response = await client.GetAsync(new Uri($"{system}/"), TestContext.Current.CancellationToken);
        }
    }

    private sealed class Broken : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable));
    }

    private sealed class Stub(string type) : IActionExecutor
    {
        public string Type => type;

        public string? Missing { get; set; }

        public ActionNeeds Needs(JsonObject config) => new(type is "rest-api" ? "https://api.example.com" : null, Missing);

        public Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
