using Pao.DurableTask.Converters;

namespace Pao.DurableTask.Tests.Payloads;

public class PayloadTests
{
    [Theory]
    [InlineData("[5]", "5")]
    [InlineData("""[{"a":[1,2],"b":"x,]y"}]""", """{"a":[1,2],"b":"x,]y"}""")]
    [InlineData("[\"say \\\",\\\" twice\"]", "\"say \\\",\\\" twice\"")]
    [InlineData("[[1,2]]", "[1,2]")]
    [InlineData(" [ null ] ", "null")]
    [InlineData("[1,2]", "[1,2]")]
    [InlineData("[]", "[]")]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("[", "[")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void Only_an_array_of_one_element_is_taken_for_a_wrapped_input(string? input, string? unwrapped) =>
        Assert.Equal(unwrapped, ActivityInput.Unwrap(input));

    [Fact]
    public void Nothing_is_not_wrapped()
    {
        Assert.Null(ActivityInput.Wrap(null));
        Assert.Equal("[\"\"]", ActivityInput.Wrap("\"\""));
    }

    [Fact]
    public void Fields_are_written_and_empty_text_is_nothing()
    {
        var converter = JsonDataConverter.Default;

        Assert.Equal("""{"Item1":1,"Item2":"b"}""", converter.Serialize((1, "b")));
        Assert.Null(converter.Serialize(null));
        Assert.Null(converter.Deserialize<string>(""));
        Assert.Equal(0, converter.Deserialize<int>(null));
    }

    [Fact]
    public void A_failure_keeps_its_causes_and_properties_over_the_wire()
    {
        var inner = new TaskFailureDetails("Inner", "Deep.", "at X", null);
        var failure = new TaskFailureDetails("Outer", "High.", null, inner, new Dictionary<string, object?>
        {
            ["text"] = "a",
            ["number"] = 2.5,
            ["flag"] = true,
            ["none"] = null,
            ["list"] = new List<object?> { "x" },
        })
        { IsNonRetriable = true };

        var back = TaskFailureDetails.From(failure.ToWire());

        Assert.Equal(inner, back.InnerFailure);
        Assert.Equal(("Outer", "High.", true), (back.ErrorType, back.ErrorMessage, back.IsNonRetriable));
        Assert.Equal(failure.Properties?.Keys, back.Properties?.Keys);
        Assert.Equal(2.5, back.Properties?["number"]);
        Assert.Equal(["x"], Assert.IsType<List<object?>>(back.Properties?["list"]));
    }

    [Fact]
    public void A_failure_is_caused_by_its_exception_and_what_that_derives_from()
    {
        var failure = TaskFailureDetails.FromException(new FileNotFoundException("Gone.", new FormatException()));

        Assert.True(failure.IsCausedBy<FileNotFoundException>());
        Assert.True(failure.IsCausedBy<IOException>());
        Assert.False(failure.IsCausedBy<FormatException>());
        Assert.True(failure.InnerFailure?.IsCausedBy<FormatException>());
        Assert.False((failure with { ErrorType = "jira.rejected" }).IsCausedBy<Exception>());
    }
}
