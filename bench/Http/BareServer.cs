using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pao.Bench.Http;

/// <summary>The peer: Kestrel, and one answer from memory.</summary>
internal static class BareServer
{
    public const string Word = "bare";

    /// <summary>Calls below it are refused.</summary>
    public const string Refusals = "/refused";

    /// <param name="url">Where it listens.</param>
    /// <param name="file">Holds the bytes that every call gets.</param>
    public static async Task<int> RunAsync(string url, string file)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Map("/{**any}", async (HttpContext context) =>
        {
            if (context.Request.Path.StartsWithSegments(Refusals))
                context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes);
        });
        await app.RunAsync();
        return 0;
    }
}
