using System.Text.Json.Nodes;
using Pao.Cli.Reports;

namespace Pao.Cli.Commands.Principals;

/// <summary>A principal as text.</summary>
internal static class ShownPrincipal
{
    public static void Write(JsonNode? principal, TextWriter output)
    {
        foreach (var member in (string[])["id", "name", "email", "state", "roles", "teams", "identities", "created_at", "updated_at", "disabled_at"])
            if (principal?[member] is { } value)
                output.WriteLine($"{member.Replace('_', ' ') + ':',-12} {Text(value)}".TrimEnd());
    }

    /// <summary>A list with commas between its members.</summary>
    public static string Text(JsonNode? value) => value is JsonArray list ? string.Join(", ", list.Select(Text)) : PlainText.Of(value?.ToString() ?? "");
}
