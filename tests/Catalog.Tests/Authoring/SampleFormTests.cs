using System.Text.Json.Nodes;
using CsCheck;
using Pao.Catalog.Authoring.Variables;
using Pao.Catalog.Tests.Forms;

namespace Pao.Catalog.Tests.Authoring;

/// <summary>Forms that are filled in for a test.</summary>
public sealed class SampleFormTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    [Theory]
    [InlineData("type: string", "sample")]
    [InlineData("type: string, placeholder: shop", "shop")]
    [InlineData("type: string, validation: { minLength: 20 }", "sample sample sample")]
    [InlineData("type: string, validation: { maxLength: 3 }", "a")]
    [InlineData("type: string, validation: { pattern: '^[a-z][a-z0-9-]{2,14}$' }", "sample")]
    [InlineData("type: string, validation: { pattern: '^[A-Z]{3}-[0-9]{4}$' }", "AAA-1111")]
    [InlineData(@"type: string, validation: { pattern: '^(?:cost|team)/\d+\.(?<part>[^a-z\s]+)$' }", "cost/1.A")]
    [InlineData("type: string, validation: { pattern: '^[0-9]+$', minLength: 7 }", "111111111")]
    [InlineData("type: number", "1")]
    [InlineData("type: number, validation: { min: 60, max: 86400, integer: true }", "60")]
    [InlineData("type: number, validation: { max: -3.5, integer: true }", "-4")]
    [InlineData("type: number, validation: { min: 13, step: 5 }", "15")]
    [InlineData("type: boolean", "true")]
    [InlineData("type: select, enum: [b, a]", "b")]
    [InlineData("type: multiselect, enum: [b, a], validation: { minItems: 2 }", """["b","a"]""")]
    [InlineData("type: multiselect", """["sample-1"]""")]
    [InlineData("type: date", "2026-03-01")]
    [InlineData("type: date, validation: { min: 2030-01-31 }", "2030-01-31")]
    [InlineData("type: date, validation: { max: 2020-01-31 }", "2020-01-31")]
    [InlineData("type: email", "sample@example.com")]
    [InlineData("type: password, validation: { strength: strong }", "[redacted]")]
    [InlineData("type: file, validation: { maxSize: 3, types: ['image/*'] }", """{"name":"sample","type":"image/x-sample","size":3}""")]
    public void A_value_is_invented_that_the_field_takes(string field, string expected)
    {
        var sample = SampleForm.Of(TestForm.Of($"- {{ id: x, name: X, required: true, {field} }}"), [], Today);

        Assert.Empty(sample.Errors);
        var filled = Assert.Single(sample.Fields);
        Assert.Equal((expected, ValueSource.Sample), (filled.Value?.GetValueKind() is System.Text.Json.JsonValueKind.String ? (string?)filled.Value : filled.Value?.ToJsonString(), filled.Source));
    }

    [Fact]
    public void What_is_invented_for_a_random_form_is_valid() => RandomForms.Yaml.Sample(
        yaml =>
        {
            var sample = SampleForm.Of(TestForm.Of(yaml), [], Today);
            Assert.Empty(sample.Errors);
            Assert.All(sample.Fields, field => Assert.NotEqual(ValueSource.Missing, field.Source));
        },
        iter: 1_000, threads: 1);

    [Fact]
    public void What_is_given_comes_first_then_the_default_and_null_is_nothing()
    {
        var form = TestForm.Of(
            """
            - { id: given, name: A, type: string, default: other }
            - { id: initial, name: B, type: string, default: initial }
            - { id: none, name: C, type: string }
            - { id: only, name: D, type: string, required: true, conditional: { dependsOn: given, condition: equals, value: yes please } }
            - { id: not, name: E, type: string, conditional: { dependsOn: none, condition: exists } }
            """);

        var sample = SampleForm.Of(form, new JsonObject { ["given"] = "yes please", ["none"] = null }, Today);

        Assert.Empty(sample.Errors);
        Assert.Equal(
            [("given", ValueSource.Given), ("initial", ValueSource.Default), ("none", ValueSource.Missing), ("only", ValueSource.Sample)],
            sample.Fields.Select(field => (field.Id, field.Source)));
        Assert.Equal("""{"given":"yes please","initial":"initial","only":"sample"}""", sample.Values.ToJsonString());
        Assert.Equal("yes please", (string?)sample.Scope["main"]!["given"]);
    }

    [Fact]
    public void What_does_not_fit_is_told_and_nothing_fits_some_patterns()
    {
        var form = TestForm.Of(
            """
            - { id: a, name: A, type: number }
            - { id: b, name: B, type: string, validation: { pattern: '^(?=.*[0-9])(?=.*[A-Z]).{12}$' } }
            """);

        var sample = SampleForm.Of(form, new JsonObject { ["a"] = "one", ["c"] = 1 }, Today);

        Assert.Equal(["/fields/a", "/fields/c"], sample.Errors.Keys.Order());
        Assert.Equal(ValueSource.Missing, sample.Fields.Single(field => field.Id == "b").Source);
    }
}
