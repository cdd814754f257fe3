using System.Diagnostics;

namespace Pao.Catalog.Templates;

/// <summary>What rendering one string may cost.</summary>
/// <param name="whole">What several may cost together, which this one is charged to as well; null where each is on its own.</param>
internal sealed class Budget(Budget? whole = null)
{
    public const int MaxText = 256 * 1024;
    public const int MaxItems = 10_000;

    private const int MaxSteps = 100_000;
    private const int MaxProduced = 4 * 1024 * 1024;

    /// <summary>A value of a list takes as much memory as so many characters.</summary>
    private const int ItemSize = 24;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    private readonly long _started = Stopwatch.GetTimestamp();
    private int _steps;
    private long _produced;

    public void Step(int count = 1)
    {
        _steps += count;
        if (_steps > MaxSteps)
        {
            throw new TemplateException($"Rendering took more than {MaxSteps} steps.");
        }

        if (Stopwatch.GetElapsedTime(_started) > MaxTime)
        {
            throw new TemplateException("Rendering took longer than a second.");
        }

        whole?.Step(count);
    }

    /// <summary>Asked before a text is built.</summary>
    public void Text(long length)
    {
        if (length > MaxText)
        {
            throw new TemplateException($"A text would be longer than {MaxText / 1024} Ki characters.");
        }

        Produce(length);
    }

    /// <summary>Asked before a list is built.</summary>
    public void Items(decimal count)
    {
        if (count > MaxItems)
        {
            throw new TemplateException($"A list would have more than {MaxItems} values.");
        }

        Produce((long)Math.Max(0, count) * ItemSize);
    }

    /// <summary>What is made on the way, whether or not it stays.</summary>
    public void Produce(long size)
    {
        _produced += size;
        if (_produced > MaxProduced)
        {
            throw new TemplateException("Rendering made too much text.");
        }

        whole?.Produce(size);
    }
}
