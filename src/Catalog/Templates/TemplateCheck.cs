namespace Pao.Catalog.Templates;

/// <summary>Something wrong in a template.</summary>
/// <param name="Tag">Where the tag begins in the template's text; null when that is not known.</param>
/// <param name="Written">What in the tag is wrong, as it is usually written.</param>
internal sealed record Complaint(
    Severity Severity, string Rule, string Message, string? Suggestion, int? Tag, string Written);

/// <summary>An environment variable that must have a value, and the tag that asks for it.</summary>
internal sealed record EnvironmentUse(string Variable, int? Tag);

/// <summary>Checks a parsed template against what can be named, without values.</summary>
internal sealed class TemplateCheck(IReadOnlyDictionary<string, Shape> scopes)
{
    private readonly List<Complaint> _complaints = [];
    private readonly HashSet<string> _variables = new(StringComparer.Ordinal) { Loop.Position };
    private readonly List<EnvironmentUse> _environment = [];
    private int? _tag;

    public IReadOnlyList<Complaint> Complaints => _complaints;

    /// <summary>The environment variables that must have a value.</summary>
    public IReadOnlyList<EnvironmentUse> Environment => _environment;

    /// <summary>Whether a password of the form is put somewhere.</summary>
    public bool NamesSecret { get; private set; }

    public void Check(IReadOnlyList<Part> parts)
    {
        foreach (var part in parts)
        {
            Check(part);
        }
    }

    private void Check(Part part)
    {
        _tag = part.At;
        switch (part)
        {
            case Output output:
                NamesSecret |= Check(output.Expression, alone: true).IsSecret;
                break;
            case Assignment assignment:
                Check(assignment.Value);
                _variables.Add(assignment.Variable);
                break;
            case If branches:
                foreach (var branch in branches.Branches)
                {
                    _tag = branch.At;
                    Check(branch.Condition);
                    Check(branch.Body);
                }

                Check(branches.Else);
                break;
            case Loop loop:
                Check(loop.Source);
                _ = loop.Limit is { } limit ? Check(limit) : null;
                _ = loop.Offset is { } offset ? Check(offset) : null;
                _variables.Add(loop.Variable);
                Check(loop.Body);
                Check(loop.Else);
                break;
            default:
                break;
        }
    }

    /// <param name="whole">The path that the expression is the beginning of; null when it is all of it.</param>
    private Shape Check(Expr expression, bool mayBeMissing = false, bool alone = false, Expr? whole = null)
    {
        switch (expression)
        {
            case Name name:
                return Check(name);
            case Member member:
                return Check(member, mayBeMissing, alone, whole ?? member);
            case Call call:
                Check(call);
                return Shape.Unknown;
            case Comparison comparison:
                Check(comparison.Left);
                Check(comparison.Right);
                return Shape.Plain;
            case Span span:
                Check(span.From);
                Check(span.To);
                return Shape.Unknown;
            default:
                return Shape.Plain;
        }
    }

    private Shape Check(Name name)
    {
        if (_variables.Contains(name.Id))
        {
            return Shape.Unknown;
        }

        if (scopes.TryGetValue(name.Id, out var scope))
        {
            return scope;
        }

        var suggestion = name.Id switch
        {
            Scopes.Secrets => "a secret stands alone: {{ secrets.name }}, with no function or filter",
            Scopes.Components or Scopes.Item or Scopes.Bundle => $"'{name.Id}' exists in bundles only",
            _ when Functions.Signatures.TryGetValue(name.Id, out var takes) => $"it is a function: write {name.Id}({(takes.Most == 0 ? "" : "…")})",
            _ when ScopeThatHas(name.Id) is { } scopeOfIt => $"did you mean '{scopeOfIt}.{name.Id}'?",
            _ => Nearest.DidYouMean(name.Id, scopes.Keys) ?? $"a path begins with one of {string.Join(", ", scopes.Keys)}",
        };
        Complain("template.unknown-variable", $"There is no '{name.Id}' here.", suggestion, name.Id);
        return Shape.Unknown;
    }

    private string? ScopeThatHas(string name) =>
        scopes.FirstOrDefault(one => one.Value.Members?.ContainsKey(name) is true).Key;

    private Shape Check(Member member, bool mayBeMissing, bool alone, Expr whole)
    {
        var target = Check(member.Target, mayBeMissing, whole: whole);
        Check(member.Key);
        if (member is { Target: Name { Id: Scopes.Environment } } && Key(member) is { } variable)
        {
            if (!mayBeMissing)
            {
                _environment.Add(new EnvironmentUse(variable, _tag));
            }

            return Shape.Plain;
        }

        if (target.Members is not { } members || Key(member) is not { } key)
        {
            return Shape.Unknown;
        }

        if (!members.TryGetValue(key, out var found))
        {
            Complain(
                "template.unknown-variable", $"There is no '{member.Written}'.",
                Nearest.DidYouMean(key, members.Keys) ?? Deeper(member, members, key) ?? There(member.Target, members), member.Written);
            return Shape.Unknown;
        }

        if (found.IsSecret && !alone)
        {
            Complain(
                "secret.alone", $"'{member.Written}' is a password, which stands alone.",
                $"write {{{{ {member.Written} }}}}, with no function or filter", member.Written);
        }
        else if (found.MayBeMissing && !mayBeMissing)
        {
            _complaints.Add(new Complaint(
                Severity.Warning, "template.may-be-missing", $"'{member.Written}' may have no value, and then the action fails.",
                found.IsSecret ? "make the field required" : $"write default({whole.Written}, …)", _tag, member.Written));
        }

        return found;
    }

    /// <summary>A step was left out: <c>components.db.url</c>, <c>request.email</c>.</summary>
    private static string? Deeper(Member member, IReadOnlyDictionary<string, Shape> members, string key) =>
        members.FirstOrDefault(one => member.Target is Member { Target: Name { Id: Scopes.Components } } || one.Value.Members?.ContainsKey(key) is true).Key is { } between
            ? $"did you mean '{member.Target.Written}.{between}.{key}'?"
            : null;

    private static string There(Expr target, IReadOnlyDictionary<string, Shape> members) => (members.Count, target) switch
    {
        ( > 0, _) => $"'{target.Written}' has {string.Join(", ", members.Keys.Take(20))}",
        (_, Name { Id: Scopes.Output }) => "this action comes after no other",
        (_, Name) => $"'{target.Written}' has nothing",
        _ => $"'{target.Written}' is a plain value",
    };

    private static string? Key(Member member) => member.Key is Literal literal ? Values.Text(literal.Value) : null;

    private void Check(Call call)
    {
        if (Functions.Problem(call.Function, call.Arguments.Count) is { } problem)
        {
            Complain("template.unknown-function", problem.Message, problem.Suggestion, call.Function);
        }
        else if (call is { Function: "date", Arguments: [_, Literal { Value: { } written }] } && Values.Text(written) is { } format && !Functions.IsDateFormat(format))
        {
            Complain("template.unknown-function", $"'date' knows no format '{format}'.", Functions.DateFormatHint, call.Function);
        }

        for (var i = 0; i < call.Arguments.Count; i++)
        {
            Check(call.Arguments[i], mayBeMissing: call.Function is "coalesce" || (call.Function is "default" && i == 0));
        }
    }

    private void Complain(string rule, string message, string? suggestion, string written) =>
        _complaints.Add(new Complaint(Severity.Error, rule, message, suggestion, _tag, written));
}
