using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pao.Activities.Secrets;
using Pao.DurableTask;

namespace Pao.Activities.Tests;

/// <summary>The executors as a host has them.</summary>
internal sealed class Actions : IAsyncDisposable, IDisposable
{
    // The systems of the tests are on this machine.
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Pao:Egress:Allow:loopback"] = "127.0.0.1",
        ["Pao:Egress:AllowHttp:loopback"] = "127.0.0.1",
    };

    private readonly ServiceProvider _services;

    public Actions(params (string Key, string Value)[] settings)
        : this(null, null, settings)
    {
    }

    public Actions(IRequestSecrets? requestSecrets, TimeProvider? clock, params (string Key, string Value)[] settings)
        : this(requestSecrets, clock, null, settings)
    {
    }

    public Actions(IRequestSecrets? requestSecrets, TimeProvider? clock, ILoggerProvider? log, (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Defaults)
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)))
            .Build();
        var services = new ServiceCollection();
        if (requestSecrets is not null)
            services.AddSingleton(requestSecrets);
        if (clock is not null)
            services.AddSingleton(clock);
        _services = services
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging =>
            {
                if (log is not null)
                    logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
            })
            .AddRedaction()
            .AddActivities()
            .AddSingleton<MemoryJournal>()
            .AddSingleton<IActionJournal>(services => services.GetRequiredService<MemoryJournal>())
            .AddTransient<ExecuteAction>()
            .BuildServiceProvider(validateScopes: true);
    }

    public IServiceProvider Services => _services;

    public MemoryJournal Journal => _services.GetRequiredService<MemoryJournal>();

    public static ActionExecution Action(string type, string config, string? outputs = null, TimeSpan? timeout = null) => new(
        Guid.Parse("0198a000-0000-7000-8000-000000000001"), "create", 1, type, (JsonObject)JsonNode.Parse(config)!,
        outputs is null ? null : JsonNode.Parse(outputs), "correlation-1", timeout);

    public Task<ActionResult> RestAsync(string config, string? outputs = null, TimeSpan? timeout = null) =>
        RunAsync(Action("rest-api", config, outputs, timeout));

    public Task<ActionResult> WebhookAsync(string config) => RunAsync(Action("webhook", config));

    /// <summary>The executor of a type, as a host has it.</summary>
    public IActionExecutor Executor(string type) => _services.GetServices<IActionExecutor>().First(executor => executor.Type == type);

    /// <summary>Runs an action that must be done at once.</summary>
    public async Task<ActionResult> RunAsync(ActionExecution execution)
    {
        var result = (await StandAsync(execution)).Result;
        Assert.NotNull(result);
        return result;
    }

    public Task<ActionStanding> StandAsync(ActionExecution execution) =>
        _services.GetRequiredService<ExecuteAction>().RunAsync(new Context(), execution);

    /// <summary>Calls the other system without a journal, so that many may do so at once.</summary>
    public async Task<ActionResult> CallAsync(ActionExecution execution, CancellationToken? cancellationToken = null)
    {
        var executor = _services.GetServices<IActionExecutor>().First(executor => executor.Type == execution.Type);
        var progress = await executor.StartAsync(execution, cancellationToken ?? TestContext.Current.CancellationToken);
        return Assert.IsType<ActionProgress.Done>(progress).Result;
    }

    /// <summary>Runs an action that must fail.</summary>
    public async Task<ActionFailedException> FailAsync(string type, string config, string? outputs = null, TimeSpan? timeout = null) =>
        await Assert.ThrowsAsync<ActionFailedException>(() => RunAsync(Action(type, config, outputs, timeout)));

    public void Dispose() => _services.Dispose();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class Context : TaskActivityContext
    {
        public override TaskName Name => nameof(ExecuteAction);

        public override string InstanceId => "instance";

        public override CancellationToken CancellationToken => TestContext.Current.CancellationToken;
    }
}
