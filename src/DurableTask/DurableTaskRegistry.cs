using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Pao.DurableTask;

/// <summary>The orchestrators and activities that a worker runs, by name and version.</summary>
/// <remarks>
/// Classes get their dependencies from the host's services: activities in a scope of their own for each call,
/// orchestrators from the root, once for each execution.
/// </remarks>
public sealed class DurableTaskRegistry
{
    private readonly Dictionary<(TaskName, TaskVersion), Func<IServiceProvider, ITaskOrchestrator>> _orchestrators = [];
    private readonly Dictionary<(TaskName, TaskVersion), Func<IServiceProvider, ITaskActivity>> _activities = [];

    /// <summary>All names that are registered, of orchestrators and activities.</summary>
    public IEnumerable<string> Names => _orchestrators.Keys.Concat(_activities.Keys).Select(task => task.Item1.Name).Distinct();

    internal IEnumerable<(TaskName Name, TaskVersion Version)> Orchestrators => _orchestrators.Keys;

    internal IEnumerable<(TaskName Name, TaskVersion Version)> Activities => _activities.Keys;

    public DurableTaskRegistry AddOrchestrator<TOrchestrator>()
        where TOrchestrator : class, ITaskOrchestrator => AddOrchestrator(typeof(TOrchestrator));

    public DurableTaskRegistry AddOrchestrator<TOrchestrator>(TaskName name)
        where TOrchestrator : class, ITaskOrchestrator => AddOrchestrator(name, typeof(TOrchestrator));

    public DurableTaskRegistry AddOrchestrator(Type type) => AddOrchestrator(NameOf(type), VersionOf(type), FactoryOf<ITaskOrchestrator>(type));

    public DurableTaskRegistry AddOrchestrator(TaskName name, Type type) =>
        AddOrchestrator(name, VersionOf(type), FactoryOf<ITaskOrchestrator>(type));

    public DurableTaskRegistry AddOrchestrator(TaskName name, Func<ITaskOrchestrator> factory) =>
        AddOrchestrator(name, TaskVersion.Unversioned, factory);

    public DurableTaskRegistry AddOrchestrator(TaskName name, TaskVersion version, Func<ITaskOrchestrator> factory) =>
        AddOrchestrator(name, version, _ => factory());

    /// <summary>An orchestrator that is one function.</summary>
    public DurableTaskRegistry AddOrchestratorFunc<TInput, TOutput>(
        TaskName name, Func<TaskOrchestrationContext, TInput, Task<TOutput>> orchestrator) =>
        AddOrchestrator(name, () => new OrchestratorFunction<TInput, TOutput>(orchestrator));

    public DurableTaskRegistry AddOrchestratorFunc<TOutput>(TaskName name, Func<TaskOrchestrationContext, Task<TOutput>> orchestrator) =>
        AddOrchestratorFunc<object?, TOutput>(name, (context, _) => orchestrator(context));

    public DurableTaskRegistry AddOrchestratorFunc(TaskName name, Func<TaskOrchestrationContext, Task> orchestrator) =>
        AddOrchestratorFunc<object?, object?>(name, async (context, _) =>
        {
            await orchestrator(context);
            return null;
        });

    public DurableTaskRegistry AddActivity<TActivity>()
        where TActivity : class, ITaskActivity => AddActivity(typeof(TActivity));

    public DurableTaskRegistry AddActivity<TActivity>(TaskName name)
        where TActivity : class, ITaskActivity => AddActivity(name, typeof(TActivity));

    public DurableTaskRegistry AddActivity(Type type) => AddActivity(NameOf(type), VersionOf(type), FactoryOf<ITaskActivity>(type));

    public DurableTaskRegistry AddActivity(TaskName name, Type type) => AddActivity(name, VersionOf(type), FactoryOf<ITaskActivity>(type));

    public DurableTaskRegistry AddActivity(TaskName name, ITaskActivity activity) =>
        AddActivity(name, TaskVersion.Unversioned, _ => activity);

    public DurableTaskRegistry AddActivity(TaskName name, Func<IServiceProvider, ITaskActivity> factory) =>
        AddActivity(name, TaskVersion.Unversioned, factory);

    /// <summary>An activity that is one function.</summary>
    public DurableTaskRegistry AddActivityFunc<TInput, TOutput>(TaskName name, Func<TaskActivityContext, TInput, Task<TOutput>> activity) =>
        AddActivity(name, new ActivityFunction<TInput, TOutput>(activity));

    public DurableTaskRegistry AddActivityFunc<TInput, TOutput>(TaskName name, Func<TaskActivityContext, TInput, TOutput> activity) =>
        AddActivityFunc<TInput, TOutput>(name, (context, input) => Task.FromResult(activity(context, input)));

    public DurableTaskRegistry AddActivityFunc<TOutput>(TaskName name, Func<TaskActivityContext, Task<TOutput>> activity) =>
        AddActivityFunc<object?, TOutput>(name, (context, _) => activity(context));

    internal ITaskOrchestrator? FindOrchestrator(TaskName name, TaskVersion version, IServiceProvider services) =>
        Find(_orchestrators, name, version)?.Invoke(services);

    internal ITaskActivity? FindActivity(TaskName name, TaskVersion version, IServiceProvider services) =>
        Find(_activities, name, version)?.Invoke(services);

    /// <summary>The one of that version, or else the one without a version.</summary>
    private static T? Find<T>(Dictionary<(TaskName, TaskVersion), T> tasks, TaskName name, TaskVersion version)
        where T : class =>
        tasks.GetValueOrDefault((name, version)) ?? tasks.GetValueOrDefault((name, TaskVersion.Unversioned));

    private static TaskName NameOf(Type type) =>
        type.GetCustomAttribute<DurableTaskAttribute>() is { Name.Name.Length: > 0 } named ? named.Name : new TaskName(type.Name);

    private static TaskVersion VersionOf(Type type) =>
        new(type.GetCustomAttribute<DurableTaskAttribute>()?.Version ?? "");

    /// <summary>The class as the services know it, or else made with its dependencies from them.</summary>
    private static Func<IServiceProvider, T> FactoryOf<T>(Type type)
        where T : class
    {
        if (type.IsAbstract || !type.IsAssignableTo(typeof(T)))
            throw new ArgumentException($"{type} is not a class that implements {typeof(T).Name}.", nameof(type));

        var create = ActivatorUtilities.CreateFactory(type, Type.EmptyTypes);
        return services => (T)(services.GetService(type) ?? create(services, null));
    }

    private DurableTaskRegistry AddOrchestrator(TaskName name, TaskVersion version, Func<IServiceProvider, ITaskOrchestrator> factory) =>
        _orchestrators.TryAdd((name, version), factory) ? this : throw Duplicate("orchestrator", name, version);

    private DurableTaskRegistry AddActivity(TaskName name, TaskVersion version, Func<IServiceProvider, ITaskActivity> factory) =>
        _activities.TryAdd((name, version), factory) ? this : throw Duplicate("activity", name, version);

    private static ArgumentException Duplicate(string kind, TaskName name, TaskVersion version) =>
        new($"There is an {kind} '{name}'{(version == TaskVersion.Unversioned ? "" : $" of version '{version}'")} already.");

    private sealed class OrchestratorFunction<TInput, TOutput>(Func<TaskOrchestrationContext, TInput, Task<TOutput>> function)
        : TaskOrchestrator<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(TaskOrchestrationContext context, TInput input) => function(context, input);
    }

    private sealed class ActivityFunction<TInput, TOutput>(Func<TaskActivityContext, TInput, Task<TOutput>> function)
        : TaskActivity<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(TaskActivityContext context, TInput input) => function(context, input);
    }
}
