using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pao.Api.Access.Signatures;

namespace Pao.Api.Tests.Access.Signatures;

/// <summary>What AWS's own suite signs is accepted, in both forms; changed in any part that means something, it is refused.</summary>
public sealed class SignatureSuiteTests
{
    public static TheoryData<string, string> Cases() =>
        [.. SuiteCase.Names.SelectMany(name => new[] { (name, "header"), (name, "query") })];

    [Fact]
    public void The_suite_is_whole() => Assert.Equal(38, SuiteCase.Names.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_case_of_the_suite_is_accepted(string name, string form)
    {
        var example = SuiteCase.Of(name);

        var verdict = await example.Signed(form).VerifyAsync(Verifier(example));

        Assert.Equal(example.Pair, Assert.IsType<SignatureVerdict.Accepted>(verdict).Key);
    }

    [Fact]
    public async Task Whatever_is_changed_in_a_signed_call_it_is_refused()
    {
        var (tried, accepted) = (0, new List<string>());
        foreach (var example in SuiteCase.Names.Select(SuiteCase.Of))
        {
            var verifier = Verifier(example);
            foreach (var form in (string[])["header", "query"])
            {
                foreach (var (what, changed) in Manipulations.Of(example.Signed(form), form))
                {
                    tried++;
                    if (await changed.VerifyAsync(verifier) is SignatureVerdict.Accepted)
                        accepted.Add($"{example.Name} ({form}): {what}");
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{tried} manipulations");
        Assert.True(accepted.Count == 0, string.Join('\n', accepted));
        Assert.InRange(tried, 2_000, int.MaxValue);
    }

    private static SignatureVerifier Verifier(SuiteCase example) => new(
        Options.Create(new SignatureOptions { Service = "service" }),
        new OnePair(example.Pair),
        new SigningKeys(),
        new FakeTimeProvider(example.Time));
}
