using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Pao.Catalog;
using Pao.Orchestrator.Access;

namespace Pao.Api.Catalog;

/// <summary>
/// The catalog as a caller sees it. What is for others is not in it, so that lists, counts, addresses and what is kept of
/// answers know nothing of it. Operators see everything, platform authors also what their teams own.
/// </summary>
internal static class CatalogSight
{
    private static readonly ConditionalWeakTable<CatalogSnapshot, Views> Kept = [];

    public static CatalogSnapshot SeenBy(this CatalogSnapshot snapshot, Principal principal) =>
        principal.Is(Role.Operator) ? snapshot : Kept.GetValue(snapshot, whole => new Views(whole)).Of(principal);

    /// <summary>Whether it may be requested by the principal; seeing it is not enough.</summary>
    public static bool IsFor(this CatalogEntry entry, Principal principal) =>
        entry.Access is not { } access
        || principal.Is(Role.Admin)
        || access.Teams.Any(principal.Teams.Contains)
        || access.Roles.Any(word => Roles.Parse(word) is { } role && principal.Is(role));

    private static bool IsHiddenFrom(this CatalogEntry entry, Principal principal) =>
        !entry.IsFor(principal) && !(principal.Is(Role.Author) && principal.Teams.Contains(entry.Owner.Team));

    /// <summary>Of one snapshot: most callers see one of a few views, mostly all of it.</summary>
    private sealed class Views(CatalogSnapshot whole)
    {
        private const int MostKept = 1000;

        private readonly IReadOnlyList<CatalogEntry> _restricted =
            [.. whole.Entries.Where(entry => entry.Access is not null).OrderBy(entry => entry.Id, StringComparer.Ordinal)];

        private readonly ConcurrentDictionary<string, CatalogSnapshot> _views = new();

        public CatalogSnapshot Of(Principal principal)
        {
            var hidden = _restricted.Where(entry => entry.IsHiddenFrom(principal)).Select(entry => entry.Id).ToHashSet(StringComparer.Ordinal);
            if (hidden.Count == 0)
                return whole;

            var key = string.Join(' ', _restricted.Select(entry => entry.Id).Where(hidden.Contains));
            if (_views.TryGetValue(key, out var view))
                return view;

            view = Without(hidden, key);
            if (_views.Count < MostKept)
                _views[key] = view;
            return view;
        }

        // Another version: what is kept of an answer is for who sees the same.
        private CatalogSnapshot Without(HashSet<string> hidden, string key) => whole with
        {
            Items = whole.Items.Where(item => !hidden.Contains(item.Key)).ToDictionary(),
            Bundles = whole.Bundles.Where(bundle => !hidden.Contains(bundle.Key)).ToDictionary(),
            Version = $"{whole.Version}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}",
        };
    }
}
