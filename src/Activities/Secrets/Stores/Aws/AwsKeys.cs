namespace Pao.Activities.Secrets.Stores.Aws;

/// <summary>A key pair of AWS and until when it is good. A class and no record: its text would show it.</summary>
internal sealed class AwsKeys(string id, string secret, string? sessionToken, DateTimeOffset until)
{
    public string Id => id;

    public string Secret => secret;

    public string? SessionToken => sessionToken;

    public DateTimeOffset Until => until;
}
