namespace Pao.Api.Catalog.Loads;

/// <summary>What the description of the API shows.</summary>
internal static class LoadExamples
{
    public const string Refreshed = """
        {
          "valid": false,
          "items": 41, "bundles": 3, "stale": 1, "rejected": 0,
          "revision": "5f3c1e0a9b7d4f62a8c3e1d0b9f8a7c6d5e4f3a2", "loaded_at": "2026-03-01T08:30:00Z", "restored": false,
          "source": { "available": true },
          "added": 1, "changed": 9, "removed": 0,
          "findings": { "errors": 1, "warnings": 0 },
          "kept": true, "duration_ms": 412
        }
        """;

    public const string Running = """
        {
          "valid": false,
          "items": 40, "bundles": 3, "stale": 0, "rejected": 0,
          "revision": "0c9a8b7f6e5d4c3b2a1908f7e6d5c4b3a2918070", "loaded_at": "2026-02-28T17:02:11Z", "restored": true,
          "source": {
            "available": false, "unavailable_since": "2026-03-01T08:29:50Z", "reason": "The source has not answered within 10 s."
          }
        }
        """;

    public const string Findings = """
        {
          "valid": false,
          "items": 41, "bundles": 3, "stale": 1, "rejected": 0,
          "revision": "5f3c1e0a9b7d4f62a8c3e1d0b9f8a7c6d5e4f3a2", "loaded_at": "2026-03-01T08:30:00Z", "restored": false,
          "source": { "available": true },
          "total": { "errors": 1, "warnings": 0 },
          "errors": [
            {
              "rule": "version.semver",
              "message": "'2.0' is no semantic version.",
              "file": "compute/vm.yaml", "line": 6, "column": 12, "pointer": "/metadata/version",
              "suggestion": "write it as 2.0.0",
              "in_force": { "id": "compute-vm-small", "version": "1.4.0", "stale_since": "2026-03-01T08:30:00Z" }
            }
          ],
          "warnings": []
        }
        """;
}
