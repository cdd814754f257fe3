namespace Pao.Api.Tests.Harness;

/// <summary>The documents that the tests request.</summary>
internal static class TestCatalog
{
    public const string Echo = "compute-echo-standard";
    public const string Steps = "compute-steps-standard";
    public const string Sunset = "compute-sunset-standard";
    public const string BadTemplate = "compute-untyped-standard";

    public const string Bundle = "bundle-web-standard";
    public const string SunsetBundle = "bundle-web-sunset";

    public static void Write(string folder, Uri target)
    {
        Directory.CreateDirectory(Path.Combine(folder, "compute"));
        Directory.CreateDirectory(Path.Combine(folder, "bundles"));
        WriteBundle(folder, Bundle, Echo, "1.0.0");
        WriteBundle(folder, SunsetBundle, Sunset, "1.0.0");
        WriteItem(folder, Echo, "", Action(target, "echo", "echo"));
        WriteItem(folder, Sunset, "lifecycle:\n  sunsetDate: 2020-01-01\n  replacedBy: compute-echo-standard\n", Action(target, "echo", "echo"));
        WriteItem(folder, Steps, "",
            Action(target, "first", "first")
            + Action(target, "second", "flaky")
            + Action(target, "third", "third", body: """{"first": "{{ output.first.id }}", "name": "{{ fields.name }}"}"""));
        WriteItem(folder, BadTemplate, "", Action(target, "echo", "echo", body: """{"host": "{{ fields.labels[7] }}"}"""));
    }

    /// <summary>A bundle of two: the first has its item's one action, the second fails as often as the target is told to.</summary>
    public static void WriteBundle(string folder, string id, string firstItem, string version) => File.WriteAllText(
        Path.Combine(folder, "bundles", $"{id}.yaml"),
        $$$"""
        schemaVersion: catalog/v1
        kind: CatalogBundle
        metadata:
          id: {{{id}}}
          name: {{{id}}}
          description: A bundle for the tests of the API, long enough to keep its author out of trouble.
          version: {{{version}}}
          category: solutions
          owner:
            team: platform
            contact: platform@example.com
          tags: [test]
        presentation:
          form:
            groups:
              - id: basics
                name: Basics
                fields:
                  - id: name
                    name: Name
                    type: string
                    required: true
                    validation:
                      maxLength: 20
        components:
          - id: base
            catalogItem: {{{firstItem}}}
            config:
              name: "{{ fields.name }}-base"
          - id: steps
            catalogItem: {{{Steps}}}
            config:
              name: "{{ components.base.outputs.id }}"
              count: 2
        fulfillment:
          orchestration:
            mode: parallel

        """);

    public static void WriteItem(string folder, string id, string tail, string actions, string owner = "platform") => File.WriteAllText(
        Path.Combine(folder, "compute", $"{id}.yaml"),
        $"""
        schemaVersion: catalog/v1
        kind: CatalogItem
        metadata:
          id: {id}
          name: {id}
          description: A document for the tests of the API, long enough to keep its author out of trouble.
          version: 1.0.0
          category: compute
          owner:
            team: {owner}
            contact: {owner}@example.com
          tags: [test]
        presentation:
          form:
            groups:
              - id: basics
                name: Basics
                fields:
                  - id: name
                    name: Name
                    type: string
                    required: true
                    validation:
                      minLength: 2
                      maxLength: 20
                  - id: count
                    name: Count
                    type: number
                    default: 1
                    validation:
                      integer: true
                      min: 1
                      max: 5
                  - id: labels
                    name: Labels
                    type: multiselect
                    enum: [a, b]
        fulfillment:
          strategy:
            mode: automatic
          manual:
            actions:
              - type: jira-ticket
                config:
                  ticket:
                    project: PLAT
                    summaryTemplate: By hand
          automatic:
            actions:

        """ + actions + tail);

    public static string Action(Uri target, string id, string path, string body = """{"name": "{{ fields.name }}", "count": {{ fields.count }}}""") =>
        $$$"""
              - id: {{{id}}}
                type: rest-api
                retry:
                  attempts: 2
                  initialDelay: 20ms
                config:
                  endpoint:
                    url: "{{{target}}}{{{path}}}"
                    method: POST
                  body:
                    type: json
                    contentTemplate: '{{{body}}}'
                outputs:
                  id: id

        """;
}
