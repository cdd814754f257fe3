namespace Pao.Api.Requests;

/// <summary>A page of a list.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Data, Pagination Pagination)
{
    /// <summary>Of one row more than fits: that row tells that there is more.</summary>
    public static Page<T> Of<TRow>(IReadOnlyList<TRow> rows, int limit, Func<TRow, T> body, Func<TRow, string> cursor)
    {
        var page = rows.Take(limit).ToList();
        var hasMore = rows.Count > limit;
        return new([.. page.Select(body)], new(hasMore, hasMore ? cursor(page[^1]) : null));
    }
}

internal sealed record Pagination(bool HasMore, string? NextCursor, int? TotalCount = null);
