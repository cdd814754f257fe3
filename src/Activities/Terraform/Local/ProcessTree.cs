using System.Diagnostics;
using System.Globalization;

namespace Pao.Activities.Terraform.Local;

/// <summary>The processes that a process has started, and those that they have. Known on Linux only; elsewhere none.</summary>
internal static class ProcessTree
{
    public static IReadOnlyList<Process> Below(int process)
    {
        if (!Directory.Exists("/proc/self"))
            return [];

        var byParent = Process.GetProcesses().ToLookup(one => ParentOf(one.Id));
        var below = new List<Process>();
        var parents = new Queue<int>([process]);
        while (parents.TryDequeue(out var parent))
            foreach (var child in byParent[parent])
            {
                below.Add(child);
                parents.Enqueue(child.Id);
            }

        return below;
    }

    /// <returns>0 when it has ended meanwhile.</returns>
    private static int ParentOf(int process)
    {
        try
        {
            // "12 (its name) S 7 …": the name may hold brackets and blanks itself.
            var status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return int.Parse(status[(status.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
