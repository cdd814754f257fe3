using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Pao.Activities.Http;

namespace Pao.Activities.Secrets.Stores.Aws;

/// <summary>
/// The keys with which PAO calls AWS: of the configuration, of the environment, or of the role that the environment names
/// with a web identity (EKS). Not of a machine's metadata service, which nothing here calls.
/// </summary>
internal sealed class AwsCredentials(SecretStoreOptions options, string region, StoreHttp http, Redactor redactor, TimeProvider clock)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly SharedFetch<AwsKeys> _keys = new();

    /// <exception cref="SecretStoreException">There are none, or AWS did not give any.</exception>
    public Task<AwsKeys> GetAsync(AwsKeys? refused, CancellationToken cancellationToken) =>
        _keys.GetAsync(
            known => !ReferenceEquals(known, refused) && clock.GetUtcNow() < known.Until - Margin, _ => FindAsync(), cancellationToken);

    private async Task<AwsKeys> FindAsync()
    {
        var keys = Given(options.AccessKeyId, options.SecretAccessKey, options.SessionToken)
            ?? Given(Variable("AWS_ACCESS_KEY_ID"), Variable("AWS_SECRET_ACCESS_KEY"), Variable("AWS_SESSION_TOKEN"))
            ?? await AssumeAsync()
            ?? throw new SecretStoreException(
                "There are no AWS keys: set AccessKeyId and SecretAccessKey of the store, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                + "AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE.", isPassing: false);
        redactor.Protect(keys.Secret);
        redactor.Protect(keys.SessionToken ?? "");
        return keys;
    }

    private async Task<AwsKeys?> AssumeAsync()
    {
        if (Variable("AWS_ROLE_ARN") is not { } role || Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is not { } file)
            return null;

        using var time = new CancellationTokenSource(options.Timeout, clock);
        var identity = (await File.ReadAllTextAsync(file, time.Token)).Trim();
        redactor.Protect(identity);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.StsAddress ?? new Uri($"https://sts.{region}.amazonaws.com/"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["Action"] = "AssumeRoleWithWebIdentity",
                ["Version"] = "2011-06-15",
                ["RoleArn"] = role,
                ["RoleSessionName"] = Variable("AWS_ROLE_SESSION_NAME") ?? "pao",
                ["WebIdentityToken"] = identity,
            }),
        };
        var (status, text) = await http.SendAsync(request, time.Token);
        return status is 200 && Read(text) is { } keys
            ? keys
            : throw new SecretStoreException($"AWS STS answered {status} to the web identity for {role}.", isPassing: status is 429 or >= 500);
    }

    private static AwsKeys? Read(string xml)
    {
        try
        {
            var credentials = XDocument.Parse(xml).Descendants().FirstOrDefault(element => element.Name.LocalName is "Credentials");
            string? Value(string name) => credentials?.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
            return Value("AccessKeyId") is { } id && Value("SecretAccessKey") is { } secret && Value("SessionToken") is { } token
                && DateTimeOffset.TryParse(Value("Expiration"), CultureInfo.InvariantCulture, out var until)
                ? new AwsKeys(id, secret, token, until)
                : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static AwsKeys? Given(string? id, string? secret, string? token) =>
        string.IsNullOrEmpty(id) || string.IsNullOrEmpty(secret) ? null : new AwsKeys(id, secret, string.IsNullOrEmpty(token) ? null : token, DateTimeOffset.MaxValue);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
