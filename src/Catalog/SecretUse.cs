namespace Pao.Catalog;

/// <summary>What a document does with a secret.</summary>
/// <param name="Secret">Its name, or <c>store.path#key</c>.</param>
/// <param name="Item">The item's id.</param>
/// <param name="Team">The team that owns the item.</param>
/// <param name="ActionType">The type of the action that names it.</param>
/// <param name="Target">Where it is sent; null where a template decides, or an instance that an operator configured.</param>
public sealed record SecretUse(string Secret, string Item, string? Team, string ActionType, Uri? Target);
