namespace Pao.Api.Requests.Watching;

/// <summary>What a stream looks like, for the description of the API.</summary>
internal static class StatusStreamExample
{
    public const string Text = """
        retry: 2000

        id: 4
        event: status
        data: {"id":"019b7a52-6a0f-7c3e-9d1b-3f2a8c5e7d10","version":4,"status":"in_progress","updated_at":"2026-01-31T08:00:00Z"}

        id: 5
        event: status
        data: {"id":"019b7a52-6a0f-7c3e-9d1b-3f2a8c5e7d10","version":5,"status":"in_progress","progress":{"completed":1,"total":3},"current_action":"second","updated_at":"2026-01-31T08:00:01Z"}

        """;
}
