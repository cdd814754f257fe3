using System.Text.Json.Nodes;
using Pao.Catalog.Templates;

namespace Pao.Catalog.Authoring.Variables;

/// <summary>What the templates of one document may cost together, and how long the answer may become.</summary>
internal sealed class TestBudget
{
    private const int MaxAnswer = 1024 * 1024;

    private long _answer;

    /// <summary>Each template is charged to it.</summary>
    public Budget Whole { get; } = new();

    /// <exception cref="TemplateException">There is enough in the answer.</exception>
    public void Begin()
    {
        if (_answer > MaxAnswer)
        {
            throw new TemplateException(
                $"It was not rendered: what comes before it is longer than {MaxAnswer / 1024} Ki characters.", "give shorter values");
        }
    }

    public void Count(JsonNode? value) => _answer += Values.Text(value)?.Length ?? value?.ToJsonString().Length ?? 0;
}
