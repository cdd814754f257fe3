using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Cli.Service;

namespace Pao.Cli.Commands;

/// <summary>A command that a running PAO fulfils. Calls are signed with the access key that AWS's own programs would take.</summary>
internal abstract class ServiceCommand : Command
{
    private const string DefaultUrl = "http://127.0.0.1:8080";
    private const string DefaultRegion = "us-east-1";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<string?> _url = new("--url") { Description = $"Where PAO is; else PAO_URL, else {DefaultUrl}.", HelpName = "URL" };

    private readonly Option<string?> _profile = new("--profile")
    {
        Description = "The profile of the AWS credentials file; else AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else AWS_PROFILE.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _region = new("--region") { Description = $"The region that is signed; else AWS_REGION, else {DefaultRegion}.", HelpName = "REGION" };

    private readonly Option<string?> _serverId = new("--server-id")
    {
        Description = "Call with an AWS identity in place of an access key of PAO: the ServerId of the service; else PAO_SERVER_ID.",
        HelpName = "ID",
    };

    private readonly Option<string?> _sts = new("--sts") { Description = "The STS that the service asks, with --server-id; else the region's.", HelpName = "URL" };

    private readonly Option<string> _format = new("--format")
    {
        Description = "How the answer is written to stdout.",
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    };

    protected ServiceCommand(string name, string description)
        : base(name, description)
    {
        _format.AcceptOnlyFromAmong("text", "json");
        foreach (var option in (Option[])[_url, _profile, _region, _serverId, _sts, _format])
            Add(option);
        SetAction(async (parsed, cancellationToken) => (int)await RunAsync(parsed, cancellationToken));
    }

    /// <summary>Asks the service; what it answers is written as JSON, or by <see cref="Write"/>.</summary>
    protected abstract Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken);

    /// <summary>Whether the answer is written when it is here, in its own form.</summary>
    protected virtual bool WritesItself => false;

    /// <summary>Writes an answer for people.</summary>
    protected abstract void Write(JsonNode? answer, TextWriter output);

    protected static string Segment(string text) => Uri.EscapeDataString(text);

    private async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            var region = parsed.GetValue(_region) ?? Variable("AWS_REGION") ?? DefaultRegion;
            var signer = new CallSigner(Credentials.Find(parsed.GetValue(_profile)), region, TimeProvider.System);
            var serverId = parsed.GetValue(_serverId) ?? Variable("PAO_SERVER_ID");
            var sts = Address(parsed.GetValue(_sts) ?? $"https://sts.{region}.amazonaws.com");
            using var service = new PaoService(
                Address(parsed.GetValue(_url) ?? Variable("PAO_URL") ?? DefaultUrl),
                signer,
                serverId is null ? null : own => own.IdentityToken(sts, serverId));
            var answer = await AskAsync(parsed, service, cancellationToken);
            if (WritesItself)
                return ExitCode.Fine;
            if (parsed.GetRequiredValue(_format) is "json")
                Console.Out.WriteLine(answer?.ToJsonString(Indented) ?? "{}");
            else
                Write(answer, Console.Out);
            return ExitCode.Fine;
        }
        catch (Exception failure) when (failure is ServiceException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"pao: {failure.Message}");
            return ExitCode.CouldNotRun;
        }
    }

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            ? address
            : throw new ServiceException($"'{text}' is no address such as https://pao.example.com");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
