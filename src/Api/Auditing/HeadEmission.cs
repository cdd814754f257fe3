using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Pao.Activities.Egress;
using Pao.Api.Configuration;
using Pao.Audit;
using Pao.DurableTask;
using Pao.Orchestrator.Auditing;

namespace Pao.Api.Auditing;

/// <summary>
/// Tells every minute how far the chain has come, signed, where whoever can change the database cannot change it: in a file, on
/// stdout with the log, and at an address if one is given. Every process does; each numbers its own heads, and a verifier takes
/// them all.
/// </summary>
internal sealed partial class HeadEmission(
    AuditSealing sealing, AuditShipment shipment, HeadSigning signing, HeadPost post, IOptions<HeadOptions> options, IOptions<PaoOptions> pao,
    Heartbeats heartbeats, TimeProvider time, ILogger<HeadEmission> logger)
    : BackgroundService
{
    private readonly HeadFile? _file = options.Value.Directory is "" ? null : new HeadFile(options.Value.Directory ?? Path.Combine(pao.Value.DataDirectory, "audit-heads"));
    private readonly string _process = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid().ToString("n")[..8]}";
    private readonly Heartbeat _beat = heartbeats.Of("audit_heads");
    private AuditHead? _last;
    private AuditHead? _lastOfFolder;
    private AuditHead? _lastOfProcess;
    private bool _hasBegun;
    private bool _isBroken;

    /// <summary>Signs how far the chain has come and tells it.</summary>
    internal async Task<AuditHead?> EmitAsync(CancellationToken cancellationToken)
    {
        Keep(Begin);
        var state = await sealing.StateAsync(cancellationToken);
        await CompareAsync(_last, cancellationToken);

        // One line of heads for each folder, whichever process writes it. What the folder does not take is told in the process's own:
        // a number of the folder's that is not in it would be given to another head.
        var kept = _hasBegun ? Sign(state, _lastOfFolder?.Emitter ?? $"{_process}/folder", _lastOfFolder) : null;
        var head = kept is not null && Keep(file => file.Append(kept))
            ? _lastOfFolder = kept
            : _lastOfProcess = Sign(state, _process, _lastOfProcess);
        _last = head;
        Log.Head(logger, head.ToLine());
        shipment.Ship(head.ToLine());
        await post.SendAsync(head, cancellationToken);
        return head;
    }

    public override void Dispose()
    {
        _file?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Every, time);
        do
        {
            try
            {
                await EmitAsync(stoppingToken);
            }
#pragma warning disable CA1031 // Whatever keeps a head from being told, the next one says the same and more.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.NotTold(logger, e.Message);
            }

            _beat.Beat(options.Value.Every); // also after a failure, which the log tells: no call needs a head
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private AuditHead Sign(ChainState state, string emitter, AuditHead? before) => AuditHead.Sign(
        time.GetUtcNow(), state.End.Sequence, state.End.Hash.Span, state.Unsealed, emitter, before, signing.Key);

    /// <summary>Does something with the folder, if there is one. What fails there keeps no head from being told elsewhere.</summary>
    private bool Keep(Action<HeadFile> act)
    {
        if (_file is null)
            return false;

        try
        {
            act(_file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _hasBegun = false; // what was written in part is cut off before more is
            Log.NotKept(logger, _file.Folder, e.Message);
            return false;
        }
    }

    private void Begin(HeadFile file)
    {
        if (!file.TryTake())
        {
            _hasBegun = false;
        }
        else if (!_hasBegun)
        {
            file.KeepPublicKey(signing.Key);
            _lastOfFolder = file.Last();
            _last = _lastOfFolder ?? _last;
            _hasBegun = true;
        }
    }

    /// <summary>What was told last must still hold: a chain that has become shorter, or another one, is told at once.</summary>
    private async Task CompareAsync(AuditHead? last, CancellationToken cancellationToken)
    {
        if (last is null)
            return;

        var there = await sealing.FindAsync(last.Sequence, cancellationToken);
        var isBroken = there is null || there.ToSeal().Hash != last.Hash;
        if (isBroken && !_isBroken)
            Log.Broken(logger, last.Sequence, last.Time);
        _isBroken = isBroken;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Audit head: {Head}")]
        public static partial void Head(ILogger logger, string head);

        [LoggerMessage(2, LogLevel.Error, "The head of the audit is not told this time: {Reason}")]
        public static partial void NotTold(ILogger logger, string reason);

        [LoggerMessage(3, LogLevel.Critical, "The audit is not what it was: entry {Sequence} of the head of {Time} is gone or another one. Somebody changed the database, or an older backup was restored. Run: pao audit verify.")]
        public static partial void Broken(ILogger logger, long sequence, string time);

        [LoggerMessage(4, LogLevel.Error, "The head of the audit is not kept in {Folder} this time, and told elsewhere: {Reason}")]
        public static partial void NotKept(ILogger logger, string folder, string reason);
    }
}

/// <summary>Sends heads to another system.</summary>
internal sealed partial class HeadPost(IHttpClientFactory clients, IOptions<HeadOptions> options, TimeProvider time, ILogger<HeadPost> logger)
{
    public const string ClientName = "audit-heads";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Does not fail: the next head says all that this one does.</summary>
    public async Task SendAsync(AuditHead head, CancellationToken cancellationToken)
    {
        if (options.Value.Url is not { Length: > 0 } url)
            return;

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(ClientName);
            client.Timeout = Timeout.InfiniteTimeSpan;
            using var content = new StringContent(head.ToLine(), Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!answer.IsSuccessStatusCode)
                Log.NotSent(logger, $"it answered {(int)answer.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotSent(logger, $"it did not answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or EgressRefusedException or IOException)
        {
            Log.NotSent(logger, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A head of the audit was not taken at Pao:Audit:Heads:Url; the next one says the same and more: {Reason}")]
        public static partial void NotSent(ILogger logger, string reason);
    }
}
