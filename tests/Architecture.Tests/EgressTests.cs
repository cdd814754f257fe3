using System.Text.RegularExpressions;

namespace Pao.Architecture.Tests;

/// <summary>Whatever leaves the service goes through the egress guard.</summary>
public sealed partial class EgressTests
{
    /// <summary>What makes connections of its own, each with its reason.</summary>
    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["src/Activities/Egress/EgressGuard.cs"] = "the guard",
        ["src/Activities/Egress/EgressServiceCollectionExtensions.cs"] = "makes the guard's handler the one of every client",
        ["src/Activities/Egress/GuardedHandler.cs"] = "the guard",
        ["src/Activities/GitHub/GitHubClients.cs"] = "a GitHubClient of our own, which sends by OutgoingHttp; Octokit's has the same name",
        ["src/Activities/Secrets/SecretsServiceCollectionExtensions.cs"] = "a handler of the guard, which may call the stores that an operator named",
        ["src/Catalog/Sources/Git/HostTransport.cs"] = "sends through the handler of the factory's client, which is the guard's",
        ["src/Catalog/Sources/GitHub/GitHubApi.cs"] = "Octokit over HostTransport",
        ["src/Catalog/Sources/GitLab/GitLabApi.cs"] = "a client over HostTransport",
        ["src/Cli/Service/PaoService.cs"] = "a person's command: it calls the service that the person names",
        ["src/Api/Telemetry/TelemetryExtensions.cs"] = "a handler of the guard, which may call the collector that an operator named",
        ["src/DurableTask/Grpc/TaskHubChannel.cs"] = "an operator names the hub, no document reaches it",
        ["src/DurableTask/Grpc/BearerTokens.cs"] = "Azure's login for that hub",
    };

    [Fact]
    public void Nothing_in_src_makes_a_client_or_a_connection_past_the_guard()
    {
        var found = Repository.Sources("src")
            .Where(file => OwnTransport().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative)
            .ToArray();

        Assert.Contains("src/Activities/Egress/EgressGuard.cs", found);
        Assert.Empty(found.Except(Exempt.Keys));
    }

    [Theory]
    [InlineData("private readonly HttpClient _client = new();", true)]
    [InlineData("private readonly HttpClient _client = new(handler) { Timeout = time };", true)]
    [InlineData("HttpClient? client = new()", true)]
    [InlineData("using var client = new HttpClient();", true)]
    [InlineData("using var client = new System.Net.Http.HttpClient(handler);", true)]
    [InlineData("var handler = new SocketsHttpHandler();", true)]
    [InlineData("SocketsHttpHandler handler = new();", true)]
    [InlineData("var handler = new HttpClientHandler { UseProxy = true };", true)]
    [InlineData("new HttpMessageInvoker(handler)", true)]
    [InlineData("services.AddHttpClient(\"x\").ConfigurePrimaryHttpMessageHandler(() => own)", true)]
    [InlineData("services.AddHttpClient(\"x\").UseSocketsHttpHandler()", true)]
    [InlineData("options.BackchannelHttpHandler = own", true)]
    [InlineData("using var tcp = new TcpClient(host, port)", true)]
    [InlineData("using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)", true)]
    [InlineData("using var socket = new ClientWebSocket()", true)]
    [InlineData("WebRequest.Create(url)", true)]
    [InlineData("GrpcChannel.ForAddress(url)", true)]
    [InlineData("new GitHubClient(new ProductHeaderValue(\"pao\"))", true)]
    [InlineData("new AmazonSecretsManagerClient()", true)]
    [InlineData("new DefaultAzureCredential()", true)]
    [InlineData("new SmtpClient(host)", true)]
    [InlineData("using var client = clients.CreateClient(\"actions\");", false)]
    [InlineData("internal sealed class Source(HttpClient client)", false)]
    [InlineData("internal sealed class Token(IHttpClientFactory clients)", false)]
    public void Transports_are_recognised(string source, bool found) => Assert.Equal(found, OwnTransport().IsMatch(source));

    [GeneratedRegex("""
        \bnew\s+(?:[\w.]+\.)?(?:HttpClient|HttpMessageInvoker|SocketsHttpHandler|HttpClientHandler|WinHttpHandler|TcpClient|UdpClient|Socket|QuicConnection
          |ClientWebSocket|SmtpClient|WebClient|GitHubClient|Connection|Amazon\w+Client|VaultClient|\w+Credential)\s*[({]
        |\b(?:HttpClient|HttpMessageInvoker|SocketsHttpHandler|HttpClientHandler|TcpClient|Socket)\??\s+\w+\s*=\s*new\s*\(
        |\b(?:ConfigurePrimaryHttpMessageHandler|UseSocketsHttpHandler|ConfigureHttpMessageHandlerBuilder|BackchannelHttpHandler)\b
        |\b(?:WebRequest\.Create|GrpcChannel\.ForAddress|QuicConnection\.ConnectAsync)\b
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OwnTransport();
}
