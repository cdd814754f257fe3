namespace Pao.Activities.Tests.Cases;

/// <summary>What the call that makes a ticket may meet: JIRA knows no idempotency key, so an answer that was lost is looked for.</summary>
internal static class JiraTicketCases
{
    private const string Made = "Fresh > waits";
    private const string Refused = "Fresh > action.rejected None";
    private const string NotTaken = "Fresh > action.unavailable None > Fresh > waits";
    private const string Found = "Fresh > action.unavailable Unknown > Unsure > Happened > waits";
    private const string MadeAnew = "Fresh > action.unavailable Unknown > Unsure > DidNotHappen > waits";

    public static IReadOnlyList<EffectCase> All { get; } =
    [
        new("nothing special", Made, 1),
        .. new[] { 400, 401, 403, 404, 405, 413, 415, 422, 451 }.Select(status => EffectCase.Status(status, Refused, 0)),
        .. new[] { 301, 302, 307, 308 }.Select(status => EffectCase.Status(status, "Fresh > action.unexpected_response Unknown", 0)),
        EffectCase.Status(409, NotTaken, 1),
        EffectCase.Status(425, NotTaken, 1),
        EffectCase.Status(429, NotTaken, 1),
        EffectCase.Status(429, Made, 1, retryAfter: "1"), // such a pause is made at once
        EffectCase.Status(429, NotTaken, 1, retryAfter: "3600"),
        EffectCase.Status(429, NotTaken, 1, retryAfter: "Wed, 21 Oct 2099 07:28:00 GMT"),
        EffectCase.Status(429, "Fresh > action.unavailable None > Fresh > action.unavailable None > Fresh > action.unavailable None", 0, times: 3),
        .. new[] { 408, 500, 502, 503, 504 }.Select(status => EffectCase.Status(status, MadeAnew, 1)),
        EffectCase.Status(
            503,
            "Fresh > action.unavailable Unknown > Unsure > DidNotHappen > action.unavailable Unknown > Unsure > DidNotHappen > action.unavailable Unknown",
            0, times: 3),
        EffectCase.Of("answered 500 after the ticket was made", """{"kind": "status_after", "status": 500}""", Found, 1),
        EffectCase.Of("answered 504 after the ticket was made", """{"kind": "status_after", "status": 504}""", Found, 1),
        EffectCase.Of("cut before the ticket", """{"kind": "drop_before"}""", MadeAnew, 1),
        EffectCase.Of("cut after the ticket", """{"kind": "drop_after"}""", Found, 1),
        EffectCase.Of("cut, and the ticket comes later", """{"kind": "drop_then_effect", "milliseconds": 1500}""", Found, 1),
        EffectCase.Of("slow", """{"kind": "latency", "milliseconds": 300}""", Made, 1),
        EffectCase.Of("too slow", """{"kind": "latency", "milliseconds": 20000}""", "Fresh > action.timeout Unknown > Unsure > DidNotHappen > waits", 1),
        EffectCase.Of("hangs after the ticket", """{"kind": "hang_after"}""", "Fresh > action.timeout Unknown > Unsure > Happened > waits", 1),
        EffectCase.Of("begins to answer and hangs", """{"kind": "stall_after"}""", "Fresh > action.timeout Unknown > Unsure > Happened > waits", 1),
        EffectCase.Of("answers half of its JSON", """{"kind": "malformed"}""", Found, 1),
        EffectCase.Of("answers a page in place of JSON", """{"kind": "replaced", "body": "<html><body>Log in</body></html>"}""", Found, 1),
        EffectCase.Of("answers nothing", """{"kind": "replaced", "body": ""}""", Found, 1),
        EffectCase.Of("answers JSON that is no ticket", """{"kind": "replaced", "body": "{\"id\": 10000, \"key\": null}"}""", Found, 1),
        EffectCase.Of("answers a list", """{"kind": "replaced", "body": "[]"}""", Found, 1),
        EffectCase.Of("answers without end", """{"kind": "huge"}""", Found, 1),
    ];
}
