namespace Pao.Sandbox.TerraformCloud;

/// <summary>Who may call: whoever has the team's token; with the reader's one may look only.</summary>
internal sealed class TerraformAuthentication : IEndpointFilter
{
    public const string Token = "sandbox-terraform-token";
    public const string ReaderToken = "sandbox-terraform-reader";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var call = context.Arguments.OfType<TerraformCall>().First();
        var request = context.HttpContext.Request;
        return request.Headers.Authorization.ToString() switch
        {
            $"Bearer {Token}" => await next(context),
            $"Bearer {ReaderToken}" when HttpMethods.IsGet(request.Method) => await next(context),
            $"Bearer {ReaderToken}" => call.Refuse(403, "forbidden", "You are not authorized to perform this action."),
            _ => call.Refuse(401, "unauthorized"),
        };
    }
}
