namespace Pao.Api.Access;

/// <summary>Who is let in; bound from <c>Pao:Access</c>.</summary>
internal sealed class AccessOptions
{
    public const string Section = "Pao:Access";

    /// <summary>
    /// Whether the service may listen beyond loopback, and takes the access key from there. The key is then all that
    /// stands between the network and the service.
    /// </summary>
    public bool AllowNonLoopback { get; set; }
}
