namespace Pao.Api.Requests;

/// <summary>What the description of the API shows.</summary>
internal static class RequestExamples
{
    public const string Bundle = """
        {
          "id": "01a20bc2-db33-76ce-9b6e-fe743ef7c550",
          "catalog_item_id": "bundle-webapp-standard",
          "catalog_item_version": "1.0.0",
          "status": "failed",
          "user_id": "ada",
          "fields": { "name": "shop" },
          "correlation_id": "7d3c2a52-0f6e-4c1e-9a7e-1f8f6f0a2b11",
          "progress": { "completed": 1, "total": 2 },
          "current_action": "dns/create-record",
          "error": {
            "code": "bundle.failed",
            "message": "1 of 2 components failed. dns: The target answered 409.",
            "components": [
              { "component": "dns", "action": "create-record", "attempts": 1, "code": "action.rejected", "message": "The target answered 409." }
            ]
          },
          "actions": [],
          "components": [
            {
              "id": "database",
              "catalog_item_id": "databases-postgresql-standard",
              "catalog_item_version": "1.2.0",
              "depends_on": [],
              "status": "completed",
              "outputs": { "host": "shop.db.example.com" },
              "started_at": "2026-11-24T04:14:09.3Z",
              "completed_at": "2026-11-24T04:14:10.1Z",
              "actions": [
                {
                  "id": "create-database", "type": "rest-api", "status": "completed", "attempts": 1,
                  "output": { "host": "shop.db.example.com" },
                  "started_at": "2026-11-24T04:14:09.4Z", "completed_at": "2026-11-24T04:14:10Z"
                }
              ]
            },
            {
              "id": "dns",
              "catalog_item_id": "networking-dns-record",
              "catalog_item_version": "2.0.1",
              "depends_on": ["database"],
              "status": "failed",
              "error": { "action": "create-record", "attempts": 1, "code": "action.rejected", "message": "The target answered 409." },
              "started_at": "2026-11-24T04:14:10.2Z",
              "completed_at": "2026-11-24T04:14:10.5Z",
              "actions": [
                {
                  "id": "create-record", "type": "rest-api", "status": "failed", "attempts": 1,
                  "error": { "action": "create-record", "attempts": 1, "code": "action.rejected", "message": "The target answered 409." },
                  "started_at": "2026-11-24T04:14:10.3Z", "completed_at": "2026-11-24T04:14:10.5Z"
                }
              ]
            }
          ],
          "created_at": "2026-11-24T04:14:09.203566Z",
          "updated_at": "2026-11-24T04:14:10.5Z",
          "links": {
            "self": "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550",
            "status": "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/status",
            "logs": "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/logs",
            "history": "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/history"
          }
        }
        """;
}
