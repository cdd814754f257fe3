using System.Data.Common;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Api.Hosting;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests.Watching;

/// <summary>
/// A request's versions as server-sent events: each once, in order, until its final one. The event's id is the version, so a
/// reader that was cut off goes on where it was, at any process.
/// </summary>
internal sealed class StatusStream(StatusFeed feed, IDisposable place) : IResult
{
    public const string MediaType = "text/event-stream";
    public const string LastEventId = "Last-Event-ID";

    private const string Opening = "retry: 2000\n\n";
    private const string StillHere = ": still here\n\n";
    private const string Stopping = ": the service stops, connect again\n\n";
    private const string NoLongerAllowed = ": no longer allowed\n\n";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var held = place;
        CallPlace.Leave(httpContext);
        var services = httpContext.RequestServices;
        var watch = services.GetRequiredService<StatusWatch>();
        var options = services.GetRequiredService<IOptions<WatchOptions>>().Value;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var writer = new EventWriter(httpContext, options.WriteTimeout);

        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        httpContext.Response.ContentType = MediaType;
        httpContext.Response.Headers.CacheControl = "no-store";
        httpContext.Response.Headers["X-Accel-Buffering"] = "no"; // what proxies like nginx would keep back
        watch.Follow(feed);
        try
        {
            await writer.WriteAsync(Opening);
            await TellAsync(writer, httpContext, options, ends.Token);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The reader has gone, or was cut off.
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            await writer.WriteAsync(Stopping);
        }
        finally
        {
            watch.Leave(feed);
        }
    }

    private async Task TellAsync(EventWriter writer, HttpContext context, WatchOptions options, CancellationToken ends)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var json = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var access = context.RequestServices.GetRequiredService<AccessRenewal>();
        var (written, asked) = (time.GetTimestamp(), time.GetTimestamp());
        while (await ComesAsync(options, time, ends))
        {
            if (time.GetElapsedTime(asked) >= options.Recheck)
            {
                if (!await MayStillAsync(access, context, ends))
                {
                    await writer.WriteAsync(NoLongerAllowed);
                    return;
                }

                asked = time.GetTimestamp();
            }

            // A reader that is slow, of much that comes, loses its access as others do.
            while (time.GetElapsedTime(asked) < options.Recheck && feed.Events.TryRead(out var one))
            {
                await writer.WriteAsync($"id: {one.Version}\nevent: status\ndata: {JsonSerializer.Serialize(one, json)}\n\n");
                written = time.GetTimestamp();
                if (one.Status.IsFinal())
                    return;
            }

            if (time.GetElapsedTime(written) >= options.Heartbeat)
            {
                await writer.WriteAsync(StillHere);
                written = time.GetTimestamp();
            }
        }
    }

    /// <summary>Waits for an event, or until something else is to be done. False when none comes any more.</summary>
    private async Task<bool> ComesAsync(WatchOptions options, TimeProvider time, CancellationToken ends)
    {
        var soonest = options.Heartbeat < options.Recheck ? options.Heartbeat : options.Recheck;
        using var over = new CancellationTokenSource(soonest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ends);
        try
        {
            return await feed.Events.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ends.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>While the database is away nobody can be asked, and there is nothing to tell either.</summary>
    private static async Task<bool> MayStillAsync(AccessRenewal access, HttpContext context, CancellationToken ends)
    {
        try
        {
            return await access.IsStillAllowedAsync(context, ends);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            return true;
        }
    }

    /// <summary>Writes to a reader, and cuts off one that does not read.</summary>
    private sealed class EventWriter(HttpContext context, TimeSpan patience)
    {
        public async Task WriteAsync(string text)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            over.CancelAfter(patience);
            try
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), over.Token);
                await context.Response.Body.FlushAsync(over.Token);
            }
            catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
            {
                context.Abort();
                throw;
            }
        }
    }
}
