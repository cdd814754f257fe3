using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Pao.Catalog.Tests.Forms;

/// <summary>The published schema, checked by Ajv as in a browser, says of every input what the server says of it.</summary>
public sealed class AgreementTests(NodeForms node) : IClassFixture<NodeForms>
{
    private const int Forms = 120;
    private const int InputsPerForm = 60;

    [Fact]
    public async Task The_schema_and_the_server_judge_random_inputs_alike()
    {
        var seed = Environment.GetEnvironmentVariable("PAO_FORMS_SEED") ?? PCG.ThreadPCG.ToString();
        var pcg = PCG.Parse(seed);
        var seen = new Coverage();
        for (var i = 0; i < Forms; i++)
        {
            var yaml = RandomForms.Yaml.Generate(pcg, null, out _);
            var form = TestForm.Of(yaml);
            var inputs = Enumerable.Range(0, InputsPerForm).Select(_ => RandomInputs.For(form).Generate(pcg, null, out var _)).ToList();
            var complaints = await node.CheckAsync(form.ToJsonSchema()["schema"]!, inputs.Select(input => input.ToJsonString()));
            foreach (var (input, errors) in inputs.Zip(complaints))
            {
                var result = form.Validate(input);
                seen.Add(form, input, result);
                if (result.IsValid != (errors.Length == 0))
                {
                    Assert.Fail(
                        $"PAO_FORMS_SEED={seed}\n{yaml}\n{Shown(input)}\nserver: {JsonSerializer.Serialize(result.Errors)}\n"
                        + $"Ajv: {string.Join("; ", errors)}\n{form.ToJsonSchema()["schema"]}");
                }
            }
        }

        Assert.True(seen.IsEnough, $"Too little was compared.\n{seen}\nPAO_FORMS_SEED={seed}");
        TestContext.Current.TestOutputHelper?.WriteLine($"PAO_FORMS_SEED={seed}\n{seen}");
    }

    [Fact]
    public async Task Large_files_are_judged_alike_but_for_the_last_bytes_which_only_the_server_counts()
    {
        var form = TestForm.Of("- { id: doc, name: D, type: file, required: true, validation: { maxSize: 1048576, types: [application/pdf, image/*] } }");
        var schema = form.ToJsonSchema()["schema"]!;
        (string Type, int Bytes, bool Server, bool Schema)[] cases =
        [
            ("application/pdf", 0, true, true), ("application/pdf", 1_048_576, true, true), ("image/png", 1_048_575, true, true),
            ("image/svg+xml", 100, true, true), ("text/plain", 100, false, false), ("application/pdfx", 100, false, false),
            ("application/pdf", 1_048_577, false, true), ("application/pdf", 1_055_000, false, false),
        ];
        var values = cases.Select(one => new JsonObject { ["doc"] = $"data:{one.Type};name=a%20b.pdf;base64,{Convert.ToBase64String(new byte[one.Bytes])}" }).ToList();

        Assert.Equal(cases.Select(one => one.Server), values.Select(value => form.Validate(value).IsValid));
        Assert.Equal(
            cases.Select(one => one.Schema), (await node.CheckAsync(schema, values.Select(value => value.ToJsonString()))).Select(errors => errors.Length == 0));
    }

    private static string Shown(JsonObject input) => input.ToJsonString() is { Length: <= 2000 } text ? text : input.ToJsonString()[..2000];
}
