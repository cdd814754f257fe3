using System.Text.Json.Nodes;

namespace Pao.Activities.Secrets.Stores.Aws;

/// <summary>AWS Secrets Manager: the path is the secret's name or ARN.</summary>
internal sealed class AwsSecretsManagerStore(AwsClient aws) : ISecretStore
{
    public async Task<SecretDocument> ReadAsync(SecretReference secret, CancellationToken cancellationToken)
    {
        var answer = await aws.CallAsync(
            "secretsmanager", "secretsmanager.GetSecretValue", new JsonObject { ["SecretId"] = secret.Path }, $"GetSecretValue of '{secret.Path}'", cancellationToken);
        return answer["SecretString"] is JsonValue text
            ? SecretDocument.Parse(text.ToString())
            : throw new SecretStoreException($"The secret '{secret.Path}' is binary; only texts can be used.", isPassing: false);
    }
}

/// <summary>AWS Systems Manager's Parameter Store: the path is the parameter's name.</summary>
internal sealed class AwsParameterStore(AwsClient aws) : ISecretStore
{
    public async Task<SecretDocument> ReadAsync(SecretReference secret, CancellationToken cancellationToken)
    {
        var answer = await aws.CallAsync(
            "ssm", "AmazonSSM.GetParameter", new JsonObject { ["Name"] = secret.Path, ["WithDecryption"] = true },
            $"GetParameter of '{secret.Path}'", cancellationToken);
        return answer["Parameter"]?["Value"] is JsonValue text
            ? SecretDocument.Parse(text.ToString())
            : throw new SecretStoreException($"AWS's answer for the parameter '{secret.Path}' has no value.", isPassing: false);
    }
}
