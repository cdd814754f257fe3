using System.Text.RegularExpressions;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Register;

/// <summary>What a principal may be called: it stands in paths, in logs and in requests.</summary>
internal static partial class PrincipalId
{
    public const string Rule = "Must have 1 to 128 of the characters A-Z a-z 0-9 . _ @ + -, the first a letter or a digit.";

    /// <summary>Null when it may; else what is wrong.</summary>
    public static string? WhyNot(string id) =>
        !Form().IsMatch(id) ? Rule
        : id == Principal.LocalAdmin.Id ? $"{id} is whoever reads the data directory: nobody else can be it."
        : null;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}\z")]
    private static partial Regex Form();
}
