using Pao.Catalog.Tests.Forms;

namespace Pao.Catalog.Tests.Samples;

/// <summary>Every sample's form in react-jsonschema-form, filled in as a person does; the server takes what is sent.</summary>
public sealed class SampleFormsTests(SampleCatalog samples, NodeForms node) : IClassFixture<SampleCatalog>, IClassFixture<NodeForms>
{
    [Fact]
    public async Task Every_sample_can_be_filled_in_and_sent()
    {
        foreach (var entry in samples.Entries)
        {
            foreach (var values in SampleCatalog.Values[entry.Id])
            {
                await FillingTests.AssertTakenAsync(node, entry.Form, values);
            }
        }
    }
}
