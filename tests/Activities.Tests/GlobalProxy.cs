namespace Pao.Activities.Tests;

/// <summary>Tests that set <see cref="HttpClient.DefaultProxy"/>, which is one for the whole process: not two at a time.</summary>
internal static class GlobalProxy
{
    public const string Name = "HttpClient.DefaultProxy";

    /// <summary>A client for a test beside those.</summary>
    public static HttpClient ClientWithout() => new(new SocketsHttpHandler { UseProxy = false });
}
