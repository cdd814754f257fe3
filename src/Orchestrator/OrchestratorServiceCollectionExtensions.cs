using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Pao.Activities;
using Pao.Activities.Custom;
using Pao.Activities.Following;
using Pao.Activities.Jira;
using Pao.Activities.Secrets;
using Pao.Catalog.Keeping;
using Pao.DurableTask;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Access;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Explaining;
using Pao.Orchestrator.Following;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Inbound;
using Pao.Orchestrator.Keeping;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Retention;
using Pao.Orchestrator.Secrets;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Storage.Postgres;
using Pao.Orchestrator.Storage.Sqlite;
using Pao.Orchestrator.Telemetry;
using Pao.Orchestrator.Telling;

namespace Pao.Orchestrator;

public static class OrchestratorServiceCollectionExtensions
{
    /// <summary>Adds requests and their fulfilment. The host configures <see cref="DatabaseOptions"/>, and adds a hub, a client, and a worker with <see cref="AddFulfilment"/>.</summary>
    public static IServiceCollection AddOrchestrator(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<DatabaseOptions, DatabaseOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Heartbeats>();
        services.AddSingleton(provider => new RequestMetrics(provider.GetService<IMeterFactory>()));
        services.AddSingleton(OpenDatabase);
        services.AddHostedService<DatabaseStartup>();

        services.AddOptionsWithValidateOnStart<RequestSecretOptions, RequestSecretOptionsValidator>().BindConfiguration(RequestSecretOptions.Section);
        services.AddSingleton<SecretCipher>();
        services.AddSingleton<IRequestSecrets, RequestSecrets>();

        services.AddOptionsWithValidateOnStart<SystemOptions, SystemOptionsValidator>().BindConfiguration(SystemOptions.Section);
        services.AddSingleton<SystemScope>();

        services.AddSingleton<ICatalogArchive, CatalogArchive>();
        services.AddAuditing();
        services.AddSingleton<RequestStore>();
        services.AddSingleton<RequestChanges>();
        services.AddSingleton<RequestProgress>();
        services.AddSingleton<ComponentProgress>();
        services.AddSingleton<Decisions>();
        services.AddSingleton<Corrections>();
        services.AddSingleton<Completions>();
        services.AddSingleton<IConfigureOptions<EscalationOptions>, EscalationConfiguration>();
        services.AddOptionsWithValidateOnStart<EscalationOptions, EscalationOptionsValidator>();
        services.AddSingleton<EscalationStore>();
        services.AddSingleton<Explanations>();
        services.AddSingleton<AutomationSwitches>();
        services.AddSingleton<SeenSignatures>();
        services.AddSingleton<Principals>();
        services.AddSingleton<PrincipalRegister>();
        services.AddSingleton<AccessKeys>();
        services.AddSingleton<AccessKeyRegister>();
        services.AddSingleton<AccessKeyUses>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessKeyUses>());
        services.AddSingleton<UnstartedRequests>();
        services.AddSingleton<OpenRequests>();
        services.AddSingleton<FulfilmentInputs>();
        services.AddSingleton<OperatorNotes>();
        services.AddSingleton<IActionJournal, ActionJournal>();
        services.AddSingleton<InboundEvents>();
        services.AddSingleton<IRelatedTickets, RelatedTickets>();

        services.AddSingleton<ComponentInstances>();
        services.AddSingleton<TicketNews>();
        services.AddSingleton(provider => new Fulfilments(
            provider.GetRequiredService<DurableTaskClient>(),
            provider.GetRequiredService<Decisions>(),
            provider.GetRequiredService<FulfilmentInputs>(),
            provider.GetRequiredService<ComponentInstances>(),
            provider.GetRequiredService<TicketNews>()));
        services.AddSingleton<Reconciliation>();
        services.AddSingleton(provider => new RequestOrchestrations(
            provider.GetRequiredService<RequestStore>(),
            provider.GetRequiredService<OperatorNotes>(),
            provider.GetRequiredService<Reconciliation>(),
            provider.GetRequiredService<DurableTaskClient>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FulfilmentSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<FulfilmentSweeper>());
        services.AddHostedService<InboundDelivery>();

        services.AddOptionsWithValidateOnStart<RetentionOptions, RetentionOptionsValidator>().BindConfiguration(RetentionOptions.Section);
        services.AddSingleton<EndedRequests>();
        services.AddHostedService<RequestRetention>();
        return services;
    }

    private static void AddAuditing(this IServiceCollection services)
    {
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section);
        services.AddSingleton(provider => new AuditMetrics(provider.GetService<IMeterFactory>()));
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<AuditSealing>();
        services.AddSingleton<AuditShipment>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditShipment>());
        services.AddHostedService<AuditSealer>();
        services.AddSingleton<FoldedEntries>();
        services.AddHostedService(provider => provider.GetRequiredService<FoldedEntries>());
    }

    /// <summary>Adds what chooses how requests are fulfilled, beside the executors that it asks.</summary>
    public static IServiceCollection AddPlanMaking(this IServiceCollection services)
    {
        services.AddOptions<AutomationOptions>().BindConfiguration(AutomationOptions.Section);
        services.AddSingleton<PlanMaking>();
        return services;
    }

    /// <summary>The orchestrators and activities of a fulfilment, under names that histories keep.</summary>
    public static DurableTaskRegistry AddFulfilment(this DurableTaskRegistry registry) => registry
        .AddOrchestrator<FulfilRequest>()
        .AddOrchestrator<FulfilBundle>()
        .AddOrchestrator<FulfilComponent>()
        .AddOrchestrator<AwaitAction>()
        .AddOrchestrator<OutlastOutage>()
        .AddOrchestrator<CancelEffects>()
        .AddOrchestrator<Escalate>()
        .AddOrchestrator<TellTickets>()
        .AddFulfilmentActivities();

    /// <summary>The names of those orchestrators and activities, which nobody else may use on the hub.</summary>
    public static IReadOnlyList<string> FulfilmentNames { get; } = [.. new DurableTaskRegistry().AddFulfilment().Names];

    internal static DurableTaskRegistry AddFulfilmentActivities(this DurableTaskRegistry registry) => registry
        .AddActivity<BeginFulfilment>()
        .AddActivity<PrepareAction>()
        .AddActivity<ExecuteAction>(ActionStep.ExecuteName)
        .AddActivity<BeginCustomAction>(CustomCall.BeginName)
        .AddActivity<CompleteCustomAction>(CustomCall.CompleteName)
        .AddActivity<FailAction>(ActionStep.FailName)
        .AddActivity<BeginFollowing>(AwaitAction.BeginName)
        .AddActivity<FollowAction>(AwaitAction.LookName)
        .AddActivity<CancelAction>(CancelEffects.CancelName)
        .AddActivity<PrepareEscalation>()
        .AddActivity<FailEscalation>()
        .AddActivity<CommentOnTicket>()
        .AddActivity<FailComment>()
        .AddActivity<BeginComponent>()
        .AddActivity<PrepareComponent>()
        .AddActivity<FailComponent>()
        .AddActivity<CompleteComponent>()
        .AddActivity<RecordFailure>()
        .AddActivity<CompleteFulfilment>();

    private static Database OpenDatabase(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<DatabaseOptions>>().Value;
        Database database = options.ConnectionString is { } postgres
            ? new PostgresDatabase(postgres, options.KeepsSessions)
            : new SqliteDatabase(Path.Combine(Directory.CreateDirectory(options.DataDirectory).FullName, "pao.db"));
        database.Metrics = provider.GetRequiredService<RequestMetrics>();
        return database;
    }
}
