using System.Text;
using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests;

/// <summary>Where in the file a part of a string stands, however the string is written.</summary>
public sealed class PlaceTests
{
    [Theory]
    [InlineData("k: plain text, of one line\n")]
    [InlineData("k: plain text\n  of three\n\n  lines\n")]
    [InlineData("k: 'it''s single ''quoted'''\n")]
    [InlineData("k: 'over two\n   lines, it''s'\n")]
    [InlineData("k: \"double \\\"quoted\\\" \\u0041 \\x42 \\U0001F600 end\"\n")]
    [InlineData("k: \"over \\\n    two \\n\n  lines \\t end\"\n")]
    [InlineData("k: |\n  literal\n\n    indented\n  end\n")]
    [InlineData("k: |2-\n    four\n  two\n")]
    [InlineData("k: >+ # folded\n  one\n  line\n\n  another\n\n")]
    [InlineData("k: &anchor 'anchored text'\n")]
    [InlineData("k:\n  on the next line\n")]
    [InlineData("k: |\r\n  with\r\n  carriage returns\r\n")]
    [InlineData("k: [ first, \"second one\" ]\n")]
    public void Every_character_is_found_where_it_is_written(string yaml)
    {
        var lines = yaml.Split('\n');
        var root = (YamlMapping)YamlReader.Read(Encoding.UTF8.GetBytes(yaml), new FindingList("x.yaml"))!;
        var scalar = root.Find("k") is YamlSequence list ? (YamlScalar)list.Items[1] : (YamlScalar)root.Find("k")!;
        var found = 0;

        for (var i = 0; i < scalar.Text.Length; i++)
        {
            if (char.IsWhiteSpace(scalar.Text[i]) || char.IsLowSurrogate(scalar.Text[i]))
            {
                continue;
            }

            var place = scalar.PlaceAt(i);
            var written = lines[place.Line - 1][place.Column - 1];
            Assert.True(written == scalar.Text[i] || written is '\\', $"{i}: '{scalar.Text[i]}' is not '{written}' at {place.Line}:{place.Column}");
            found++;
        }

        Assert.InRange(found, 7, int.MaxValue);
    }

    [Theory]
    [InlineData("{{ x.a }}", "3")]
    [InlineData("ab {{- x.a -}} c", "7")]
    [InlineData("{{ fields.ok }}{{ x.a }}{{ x.a }}", "18 27")]
    [InlineData("{{ concat('x.a', x.a, x.ab, x.a) }}", "17 22 28")]
    [InlineData("{% if x.a %}{{ x.b }}{% elsif x.c %}{{ x.d }}{% else %}{{ x.e }}{% endif %}{{ x.f }}", "6 15 30 39 58 78")]
    [InlineData("{% for i in x.a %}{{ i }}{% if i == 1 %}{% break %}{% endif %}{% else %}{{ x.b }}{% endfor %}{{ x.c }}", "12 75 96")]
    [InlineData("{% assign v = x.a %}{{ v }}{{ x.b }}", "14 30")]
    [InlineData("{{ secrets.key }} {{ x.a }}", "21")]
    [InlineData("{{ fields['ok'] }}{{ x['a'] }}", "21")]
    [InlineData("line\n{{\n  x.a\n}}", "10")]
    public void A_name_is_found_in_its_tag(string source, string offsets)
    {
        var check = new TemplateCheck(new Dictionary<string, Shape> { ["fields"] = Shape.Of(["ok"]), ["x"] = Shape.Plain });
        check.Check(Template.Parse(source).Parts);
        var places = new TemplatePlaces(source);

        Assert.Equal(offsets, string.Join(' ', check.Complaints.Select(complaint => places.Of(complaint.Tag, complaint.Written))));
    }
}
