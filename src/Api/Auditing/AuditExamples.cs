namespace Pao.Api.Auditing;

internal static class AuditExamples
{
    public const string Page = """
        {
          "data": [
            {
              "eventVersion": "1.0",
              "eventID": "01a20bc2-db33-76ce-9b6e-fe743ef7c550",
              "eventTime": "2026-11-24T04:14:09.203566Z",
              "eventSource": "pao",
              "eventName": "request.abort",
              "userIdentity": {"type": "principal", "principalId": "ada"},
              "sourceIPAddress": "192.0.2.7",
              "userAgent": "curl/8.5.0",
              "requestID": "01a20bc2-db33-76ce-9b6e-fe743ef7c551",
              "requestParameters": {"decision_id": "01a20bc2-db33-76ce-9b6e-fe743ef7c552", "reason": "Not needed any more."},
              "responseElements": {"status": "aborted"},
              "additionalEventData": {"entry": 41, "correlationID": "b7a1", "before": {"status": "failed"}},
              "paoSeal": {"sequence": 41, "hash": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"}
            }
          ],
          "pagination": {"has_more": false}
        }
        """;
}
