namespace Pao.Catalog.Templates;

/// <summary>The names that a path may begin with.</summary>
internal static class Scopes
{
    public const string Fields = "fields";
    public const string Metadata = "metadata";
    public const string Request = "request";
    public const string System = "system";
    public const string Environment = "env";
    public const string Secrets = "secrets";
    public const string Output = "output";

    // In bundles only.
    public const string Components = "components";
    public const string Item = "item";
    public const string Bundle = "bundle";

    public static IReadOnlyList<string> All { get; } = [Fields, Metadata, Request, System, Environment, Secrets, Output];
}
