using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Jira;
using Pao.Activities.Secrets;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>What Terraform Cloud says when it says no, in words that tell a person what to do.</summary>
internal static class CloudRefusal
{
    private const int MostErrors = 20;

    public static ActionFailedException Of(string call, TerraformMapping mapping, HttpAnswer answer, TimeSpan? pause, SecretScope secrets)
    {
        var reason = Reason(answer, secrets);
        var where = $"{mapping.ConfigurationPath}:TerraformCloud";
        var message = $"{call}: Terraform Cloud answered {answer.Status}{(reason.Length > 0 ? $": {reason}" : "")}";
        return answer.Status switch
        {
            401 => ActionFailure.Rejected($"{message} (the token is not right, or has run out: see {where}:Token)"),
            403 => ActionFailure.Rejected($"{message} (the token of {where} may not do this)"),
            404 => ActionFailure.Rejected($"{message} (there is no such thing, or the token of {where} may not see it)"),
            409 => ActionFailure.Unavailable($"{message} (somebody holds the workspace, or was quicker)", pause),
            425 or 429 => ActionFailure.Unavailable($"{message} (too many calls)", pause),
            408 or >= 500 => ActionFailure.Lost(message, pause),
            >= 400 => ActionFailure.Rejected(message),
            _ => ActionFailure.Unexpected($"{message} (redirects are not followed; set {where}:Address to the final address)"),
        };
    }

    /// <summary>The details of its errors; else the beginning of the answer.</summary>
    private static string Reason(HttpAnswer answer, SecretScope secrets)
    {
        if ((answer.Body as JsonObject)?["errors"] is not JsonArray errors)
            return HttpName.Excerpt(secrets.Mask(answer.Text));

        var messages = errors.Select(error => error is JsonObject about ? about["detail"].AsText() ?? about["title"].AsText() : error.AsText())
            .OfType<string>().Where(message => message.Length > 0).Take(MostErrors);
        return HttpName.Excerpt(secrets.Mask(string.Join("; ", messages)));
    }
}
