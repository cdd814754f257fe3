using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>A piece of a template.</summary>
internal abstract record Part
{
    /// <summary>Where the tag begins in the template's text; null for text, and where it is not known.</summary>
    public int? At { get; init; }
}

internal sealed record Text(string Value) : Part;

internal sealed record Output(Expr Expression) : Part;

/// <summary><c>{{ secrets.x }}</c>: stays a reference until the call.</summary>
internal sealed record Secret(string Reference) : Part;

internal sealed record Branch(Expr Condition, IReadOnlyList<Part> Body)
{
    /// <inheritdoc cref="Part.At"/>
    public int? At { get; init; }
}

internal sealed record If(IReadOnlyList<Branch> Branches, IReadOnlyList<Part> Else) : Part;

internal sealed record Loop(
    string Variable, Expr Source, Expr? Limit, Expr? Offset, bool Reversed, IReadOnlyList<Part> Body, IReadOnlyList<Part> Else)
    : Part
{
    /// <summary>The variable that tells where the innermost loop is: <c>forloop.index</c>, <c>forloop.last</c>.</summary>
    public const string Position = "forloop";
}

/// <summary>Where a loop is, counted from 0.</summary>
internal readonly record struct LoopPosition(int Index, int Count)
{
    public JsonObject ToJson() => new()
    {
        ["index"] = Index + 1,
        ["index0"] = Index,
        ["first"] = Index == 0,
        ["last"] = Index == Count - 1,
        ["length"] = Count,
    };
}

internal sealed record Assignment(string Variable, Expr Value) : Part;

/// <summary><c>{% break %}</c> or <c>{% continue %}</c>.</summary>
internal sealed record Jump(bool Leave) : Part;
