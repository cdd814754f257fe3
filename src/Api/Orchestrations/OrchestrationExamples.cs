namespace Pao.Api.Orchestrations;

/// <summary>What the description of the API shows.</summary>
internal static class OrchestrationExamples
{
    public const string Page = """
        {
          "data": [{
            "id": "nightly-report", "name": "Report", "status": "running", "poisoned": false, "tags": {},
            "created_at": "2026-01-31T02:00:00Z", "updated_at": "2026-01-31T02:00:04.5Z",
            "links": {
              "self": "/api/v1/orchestrations/nightly-report",
              "history": "/api/v1/orchestrations/nightly-report/history"
            }
          }],
          "pagination": { "has_more": false }
        }
        """;

    public const string Failed = """
        {
          "id": "nightly-report", "name": "Report", "status": "failed", "poisoned": false, "tags": {},
          "input": "{\"day\":\"2026-01-30\",\"api_token\":\"[redacted]\"}",
          "failure": {
            "type": "TaskFailedException",
            "message": "Task 'Fetch' (#3) failed with an unhandled exception: no route to host",
            "inner": [{ "type": "HttpRequestException", "message": "no route to host" }]
          },
          "created_at": "2026-01-31T02:00:00Z", "updated_at": "2026-01-31T02:04:00Z", "completed_at": "2026-01-31T02:04:00Z",
          "links": {
            "self": "/api/v1/orchestrations/nightly-report",
            "history": "/api/v1/orchestrations/nightly-report/history"
          }
        }
        """;

    public const string History = """
        {
          "data": [
            { "sequence": 3, "time": "2026-01-31T02:00:00.1Z", "event": "TaskScheduled", "name": "Fetch", "try": 1, "input": "\"2026-01-30\"" },
            { "sequence": 5, "time": "2026-01-31T02:00:00.9Z", "event": "TaskCompleted", "name": "Fetch", "try": 1, "duration_ms": 800, "output": "17" }
          ],
          "pagination": { "has_more": false }
        }
        """;

    public const string Restarted = """
        {
          "id": "4f0d2c7be0a84a0f9f0b9d6a3a5f7c11", "restarted_from": "nightly-report",
          "links": {
            "self": "/api/v1/orchestrations/4f0d2c7be0a84a0f9f0b9d6a3a5f7c11",
            "history": "/api/v1/orchestrations/4f0d2c7be0a84a0f9f0b9d6a3a5f7c11/history"
          }
        }
        """;

    public const string Reason = """{ "reason": "the target is mended" }""";
}
