using System.Globalization;

namespace Pao.Sandbox.Git;

/// <summary>The part of a list that a call asks for, by <c>page</c> and <c>per_page</c>.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, int Number, int Last)
{
    public static Page<T> Of(IReadOnlyList<T> all, HttpRequest request, int defaultSize, int largest = 100)
    {
        var size = Math.Clamp(Number(request, "per_page") ?? defaultSize, 1, largest);
        var page = Math.Max(1, Number(request, "page") ?? 1);
        return new([.. all.Skip((page - 1) * size).Take(size)], page, Math.Max(1, (all.Count + size - 1) / size));

        static int? Number(HttpRequest request, string name) =>
            int.TryParse(request.Query[name], CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The header that leads to the next page; none on the last one.</summary>
    public IReadOnlyDictionary<string, string> Links(HttpRequest request)
    {
        if (Number >= Last)
            return new Dictionary<string, string>();
        var others = request.Query.Where(part => part.Key != "page").Select(part => $"{part.Key}={Uri.EscapeDataString(part.Value.ToString())}&");
        var next = $"{request.Scheme}://{request.Host}{request.Path}?{string.Concat(others)}page={(Number + 1).ToString(CultureInfo.InvariantCulture)}";
        return new Dictionary<string, string> { ["Link"] = $"<{next}>; rel=\"next\"" };
    }
}
