namespace Pao.Activities.Tests.Cases;

/// <summary>What any call to another system may meet, when that knows the idempotency key.</summary>
internal static class HttpCases
{
    private const string Done = "Fresh > receipt";
    private const string Refused = "Fresh > action.rejected None";
    private const string NotTaken = "Fresh > action.unavailable None > Fresh > receipt";
    private const string Repeated = "Fresh > action.unavailable Unknown > Unsure > Repeatable > receipt";
    private const string Late = "Fresh > action.timeout Unknown > Unsure > Repeatable > receipt";
    private const string Elsewhere = "Fresh > action.unexpected_response Unknown";

    public static IReadOnlyList<EffectCase> All { get; } =
    [
        new("nothing special", Done, 1),
        .. new[] { 400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 422, 428, 431, 451 }.Select(status => EffectCase.Status(status, Refused, 0)),
        .. new[] { 301, 302, 303, 304, 307, 308 }.Select(status => EffectCase.Status(status, Elsewhere, 0)),
        EffectCase.Status(425, NotTaken, 1),
        EffectCase.Status(429, NotTaken, 1),
        EffectCase.Status(429, NotTaken, 1, retryAfter: "2"),
        EffectCase.Status(429, NotTaken, 1, retryAfter: "Wed, 21 Oct 2099 07:28:00 GMT"),
        EffectCase.Status(429, NotTaken, 1, retryAfter: "soon"),
        EffectCase.Status(429, "Fresh > action.unavailable None > Fresh > action.unavailable None > Fresh > action.unavailable None", 0, times: 3),
        .. new[] { 408, 500, 501, 502, 503, 504, 507 }.Select(status => EffectCase.Status(status, Repeated, 1)),
        EffectCase.Status(503, Repeated, 1, retryAfter: "1"),
        EffectCase.Status(
            503,
            "Fresh > action.unavailable Unknown > Unsure > Repeatable > action.unavailable Unknown > Unsure > Repeatable > action.unavailable Unknown",
            0, times: 3),
        EffectCase.Of("answered 500 after the effect", """{"kind": "status_after", "status": 500}""", Repeated, 1),
        EffectCase.Of("answered 504 after the effect", """{"kind": "status_after", "status": 504}""", Repeated, 1),
        EffectCase.Of("cut before the effect", """{"kind": "drop_before"}""", Repeated, 1),
        EffectCase.Of("cut after the effect", """{"kind": "drop_after"}""", Repeated, 1),
        EffectCase.Of("cut after the effect, twice", """{"kind": "drop_after", "times": 2}""",
            "Fresh > action.unavailable Unknown > Unsure > Repeatable > action.unavailable Unknown > Unsure > Repeatable > receipt", 1),
        EffectCase.Of("cut, and the effect comes later", """{"kind": "drop_then_effect", "milliseconds": 100}""", Repeated, 1),
        EffectCase.Of("slow", """{"kind": "latency", "milliseconds": 300}""", Done, 1),
        EffectCase.Of("too slow", """{"kind": "latency", "milliseconds": 20000}""", Late, 1),
        EffectCase.Of("hangs after the effect", """{"kind": "hang_after"}""", Late, 1),
        EffectCase.Of("begins to answer and hangs", """{"kind": "stall_after"}""", Late, 1),
        EffectCase.Of("answers without end", """{"kind": "huge"}""", "Fresh > action.response_too_large Unknown", 1),
        EffectCase.Of("answers half of its JSON", """{"kind": "malformed"}""", Done, 1),
        EffectCase.Of("answers a page in place of JSON", """{"kind": "replaced", "body": "<html><body>Log in</body></html>"}""", Done, 1),
        EffectCase.Of("answers nothing", """{"kind": "replaced", "body": ""}""", Done, 1),
    ];
}
