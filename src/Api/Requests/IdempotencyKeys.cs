using Pao.Api.Problems;

namespace Pao.Api.Requests;

internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";
    private const int MaxLength = 255;

    public static ProblemResult? Read(HttpRequest request, out string? key)
    {
        key = request.Headers[Header].Count == 1 ? request.Headers[Header][0] : null;
        return request.Headers[Header].Count switch
        {
            0 => null,
            1 when key is { Length: > 0 and <= MaxLength } && key.All(c => c is > ' ' and < (char)127) => null,
            _ => ProblemResult.Parameter(Header, $"Must be given once, as 1 to {MaxLength} visible ASCII characters."),
        };
    }
}
