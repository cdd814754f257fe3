namespace Pao.Api.Access.Signatures;

/// <summary>Of an endpoint that takes the same call twice without harm, although its method says that it changes something.</summary>
/// <param name="WithKeyOnly">Only because an <c>Idempotency-Key</c> makes both one.</param>
internal sealed record Repeatable(bool WithKeyOnly = false);
