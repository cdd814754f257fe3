using System.Security.Cryptography;

namespace Pao.Audit.Tests;

public sealed class HeadTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 4, 0, 0, TimeSpan.Zero);
    private readonly HeadKey _key = HeadKey.FromPem(HeadKey.CreatePem());

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_head_is_read_as_it_was_written()
    {
        var head = AuditHead.Sign(Now, 7, AuditChain.Beginning.Span, 2, "one", previous: null, _key);

        var read = AuditHead.Parse(head.ToLine());

        Assert.Equal(head, read);
        using var given = HeadKey.FromPem(_key.PublicPem);
        Assert.True(read!.IsSignedBy(given));
        Assert.False((head with { Sequence = 8 }).IsSignedBy(given));
        Assert.False((head with { Signature = "no base64" }).IsSignedBy(given));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("info: something else")]
    public void What_is_no_head_is_none(string line) => Assert.Null(AuditHead.Parse(line));

    [Fact]
    public void Heads_of_several_emitters_in_any_order_and_twice_are_taken()
    {
        var first = AuditHead.Sign(Now, 1, new byte[32], 0, "one", previous: null, _key);
        var second = AuditHead.Sign(Now.AddMinutes(1), 1, new byte[32], 0, "one", first, _key);
        var other = AuditHead.Sign(Now, 1, new byte[32], 0, "two", previous: null, _key);

        var heads = AuditHeads.Read(
            [("log", [second.ToLine(), other.ToLine(), first.ToLine()]), ("file", [first.ToLine(), second.ToLine()])], [_key]);

        Assert.Empty(heads.Findings);
        Assert.Equal(3, heads.Count);
    }

    [Fact]
    public void Two_hashes_for_one_place_contradict_each_other()
    {
        var one = AuditHead.Sign(Now, 1, new byte[32], 0, "one", previous: null, _key);
        var other = AuditHead.Sign(Now, 1, SHA256.HashData([]), 0, "two", previous: null, _key);

        Assert.Equal("head.contradicted", Assert.Single(AuditHeads.Read([("a", [one.ToLine()]), ("b", [other.ToLine()])], [_key]).Findings).Code);
    }

    [Fact]
    public void Only_a_key_of_the_right_curve_is_one()
    {
        using var wrong = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Throws<ArgumentException>(() => HeadKey.FromPem(wrong.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<ArgumentException>(() => HeadKey.FromPem("no key"));
    }
}
