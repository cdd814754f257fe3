using System.Collections.Concurrent;

namespace Pao.DurableTask;

/// <summary>Finds the exception type that a failure names, in the assemblies that are loaded.</summary>
internal static class ExceptionTypes
{
    private static readonly ConcurrentDictionary<string, Type> Found = new();

    public static Type? Find(string fullName)
    {
        if (Found.TryGetValue(fullName, out var known))
            return known;

        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            if (assembly.GetType(fullName) is { } type && type.IsAssignableTo(typeof(Exception)))
                return Found.GetOrAdd(fullName, type);

        return null;
    }
}
