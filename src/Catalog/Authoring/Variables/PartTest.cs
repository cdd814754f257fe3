using System.Text.Json.Nodes;
using Pao.Catalog.Documents;
using Pao.Catalog.Templates;
using Pao.Catalog.Templates.Surfaces;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Authoring.Variables;

/// <summary>Renders the templates of one action or component, each for the place it lands in.</summary>
/// <param name="mistakes">The errors that were found in the document, by the pointer of the value.</param>
internal sealed class PartTest(
    TestedPart part, SampleScopes scopes, ILookup<string, Finding> mistakes, TestBudget budget, DateTimeOffset now)
{
    private const string Condition = "condition";
    private const int LongestShown = 1000;
    private const int MostShown = 100;

    private readonly IReadOnlyDictionary<string, JsonNode> _named = scopes.Of(part);
    private readonly string _bodyType = Landings.BodyType(part.Config);
    private readonly Dictionary<string, ScopeUse?> _uses = new(StringComparer.Ordinal);

    public IEnumerable<TestedTemplate> Run()
    {
        var written = Written().ToList();
        foreach (var path in written.SelectMany(one => one.Paths))
        {
            scopes.Provide(part, path);
        }

        return written.Select(Test);
    }

    private IEnumerable<WrittenTemplate> Written()
    {
        if (part.Condition is { } condition && part.Source.Find(Condition) is YamlScalar node)
        {
            yield return WrittenTemplate.Of([Condition], node, condition, isCondition: true);
        }

        foreach (var template in part.Source.Find("config") is { } config ? In(config, ["config"]) : [])
        {
            yield return template;
        }
    }

    private static IEnumerable<WrittenTemplate> In(YamlNode node, IReadOnlyList<string> path) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(entry => In(entry.Value, [.. path, entry.Key])),
        YamlSequence sequence => sequence.Items.SelectMany((item, index) => In(item, [.. path, $"{index}"])),
        YamlScalar { Value: string source } scalar when Template.HasTags(source) => [WrittenTemplate.Of(path, scalar, source, isCondition: false)],
        _ => [],
    };

    private TestedTemplate Test(WrittenTemplate written)
    {
        JsonNode? value = null;
        var error = mistakes[written.Node.Place.Pointer.ToString()].Select(Told).FirstOrDefault();
        if (error is null && written.Template is { } template)
        {
            try
            {
                budget.Begin();
                value = Render(written, template);
                budget.Count(value);
            }
            catch (TemplateException failure)
            {
                (value, error) = (null, Told(failure, written));
            }
        }

        var place = written.Node.Place;
        return new TestedTemplate(
            part.Component, part.Mode, part.Action, string.Join('.', written.Path), place.Pointer.ToString(), Known(place.Line), Known(place.Column),
            written.Node.Text, value, error, [.. written.Paths.Select(Use).OfType<ScopeUse>(), .. Secrets(written)]);
    }

    /// <returns>null for what stands in no text.</returns>
    private static int? Known(int lineOrColumn) => lineOrColumn > 0 ? lineOrColumn : null;

    private JsonNode? Render(WrittenTemplate written, Template template)
    {
        if (written.IsCondition)
        {
            return JsonValue.Create(ConditionTemplate.Holds(written.Source, _named, now, budget.Whole));
        }

        if (part.Component is not null)
        {
            return new ComponentRendering(_named, now, budget.Whole).Render(template);
        }

        // Where a text of an action lands whose type is wrong, which is told already, nobody knows.
        var landing = part.Type is { } type ? Landings.Of(type, [.. written.Path.Skip(1)], _bodyType) : Landing.Typed;
        return new ConfigRenderer(part.Type ?? "", part.Config, _named, now, budget.Whole).Render(JsonValue.Create(written.Source), landing);
    }

    private static TemplateError Told(Finding finding) => new(finding.Message, finding.Line, finding.Column, finding.Suggestion);

    private static TemplateError Told(TemplateException failure, WrittenTemplate written)
    {
        var offset = failure.At is { } tag ? new TemplatePlaces(written.Source).Of(tag, null) : 0;
        var place = TemplateFindings.PlaceAt(written.Node, written.Source, offset);
        return new TemplateError(failure.Message, Known(place.Line), Known(place.Column), failure.Suggestion);
    }

    private static IEnumerable<ScopeUse> Secrets(WrittenTemplate written) => (written.Template?.Secrets() ?? [])
        .Distinct(StringComparer.Ordinal)
        .Select(name => new ScopeUse($"{Scopes.Secrets}.{name}", Reference.To(name), ValueSource.Secret));

    private ScopeUse? Use(UsedPath path)
    {
        if (!_uses.TryGetValue(path.Name, out var use))
        {
            use = Look(path);
            _uses.Add(path.Name, use);
        }

        return use is null ? null : use with { Value = use.Value?.DeepClone() };
    }

    /// <returns>Null when only a loop knows which path it is.</returns>
    private ScopeUse? Look(UsedPath path)
    {
        try
        {
            var evaluator = new Evaluator(_named, now, new Budget(budget.Whole));
            var keys = path.Keys ?? KeysOf(path.Expression, evaluator);
            var (value, isThere) = ValueOf(path, evaluator);
            return !isThere ? new ScopeUse(path.Name, null, ValueSource.Missing)
                : SecretFields.NameOf(path.Expression, value) is not null ? new ScopeUse(path.Name, value?.DeepClone(), ValueSource.Secret)
                : new ScopeUse(path.Name, Shown(value), scopes.SourceOf(part, keys));
        }
        catch (TemplateException)
        {
            return null; // why it fails is told with the template
        }
    }

    private static (JsonNode? Value, bool IsThere) ValueOf(UsedPath path, Evaluator evaluator)
    {
        try
        {
            return (evaluator.Evaluate(path.Expression), true);
        }
        catch (TemplateException)
        {
            return (null, false); // which is what is asked
        }
    }

    private static List<string> KeysOf(Expr expression, Evaluator evaluator) => expression switch
    {
        Member member => [.. KeysOf(member.Target, evaluator), Functions.Written(evaluator.Evaluate(member.Key), member.Written)],
        _ => [expression.Written],
    };

    /// <summary>Enough to recognise it: a value may be as large as what was sent.</summary>
    private static JsonNode? Shown(JsonNode? value)
    {
        if (Values.Text(value) is { } text)
        {
            return text.Length <= LongestShown ? text : text[..(char.IsHighSurrogate(text[LongestShown - 1]) ? LongestShown - 1 : LongestShown)] + "…";
        }

        var left = MostShown;
        return IsSmall(value, ref left) ? value?.DeepClone() : value is JsonArray items ? $"(a list of {items.Count})" : "(a large object)";
    }

    private static bool IsSmall(JsonNode? value, ref int left)
    {
        if (--left < 0 || Values.Text(value)?.Length > LongestShown)
        {
            return false;
        }

        foreach (var below in value switch { JsonObject properties => properties.Select(one => one.Value), JsonArray items => items, _ => [] })
        {
            if (!IsSmall(below, ref left))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="Source">What is parsed: of a condition, more than is written.</param>
    /// <param name="Template">Null when it can not be parsed, which is told with the document.</param>
    private sealed record WrittenTemplate(
        IReadOnlyList<string> Path, YamlScalar Node, string Source, bool IsCondition, Template? Template, IReadOnlyList<UsedPath> Paths)
    {
        public static WrittenTemplate Of(IReadOnlyList<string> path, YamlScalar node, string source, bool isCondition)
        {
            try
            {
                var template = Template.Parse(source);
                return new WrittenTemplate(path, node, source, isCondition, template, TemplatePaths.In(template, isCondition ? true : null));
            }
            catch (TemplateException)
            {
                return new WrittenTemplate(path, node, source, isCondition, null, []);
            }
        }
    }
}
