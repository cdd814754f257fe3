namespace Pao.Cli.Service;

/// <summary>A key pair, from where AWS's own programs take it.</summary>
internal sealed record Credentials(string KeyId, string Secret, string? SessionToken)
{
    private const string IdName = "aws_access_key_id";
    private const string SecretName = "aws_secret_access_key";
    private const string TokenName = "aws_session_token";

    public override string ToString() => KeyId;

    /// <param name="profile">Of the credentials file; when it is named, the environment is not asked.</param>
    /// <exception cref="ServiceException">There are none.</exception>
    public static Credentials Find(string? profile)
    {
        if (profile is null
            && Variable("AWS_ACCESS_KEY_ID") is { } id
            && Variable("AWS_SECRET_ACCESS_KEY") is { } secret)
            return new Credentials(id, secret, Variable("AWS_SESSION_TOKEN"));

        var file = Variable("AWS_SHARED_CREDENTIALS_FILE")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", "credentials");
        return Read(file, profile ?? Variable("AWS_PROFILE") ?? "default");
    }

    private static Credentials Read(string file, string profile)
    {
        if (!File.Exists(file))
            throw new ServiceException(
                $"there is no access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SHARED_CREDENTIALS_FILE (the first one of a PAO is in .pao/credentials); '{file}' is not there");

        var values = File.ReadLines(file)
            .SkipWhile(line => line.Trim() != $"[{profile}]")
            .Skip(1)
            .TakeWhile(line => !line.TrimStart().StartsWith('['))
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .ToLookup(parts => parts[0].Trim(), parts => parts[1].Trim(), StringComparer.Ordinal);
        return values[IdName].FirstOrDefault() is { Length: > 0 } id && values[SecretName].FirstOrDefault() is { Length: > 0 } secret
            ? new Credentials(id, secret, values[TokenName].FirstOrDefault())
            : throw new ServiceException($"'{file}' has no access key under [{profile}]");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
