namespace Pao.Bench.Http;

/// <summary>A large catalog: how long it loads, what it takes, and how fast it is read, beside bare Kestrel.</summary>
internal static class CatalogReads
{
    private const int PerSecond = 500;

    public static async Task RunAsync(Setup setup)
    {
        var count = setup.Scaled(5_000);
        var catalog = Path.Combine(setup.Folder, "catalog");
        Write(catalog, count);
        using var pao = await Service.PaoAsync(catalog, Path.Combine(setup.Folder, "api-data"));
        Table.Head("Start with a large catalog", "items", "start to ready s", "working set MiB");
        Table.Row($"| {count:N0} | {pao.StartTime.TotalSeconds:F1} | {pao.WorkingSetMib:F0} |");

        Table.Head(
            $"Reads of that catalog, {PerSecond}/s offered, time from when each was sent",
            "what", "bytes", "server", "calls", "errors", "median ms", "P95 ms", "P99 ms");
        string[] items = [.. Enumerable.Range(0, 50).Select(i => $"/api/v1/catalog/items/{Id(i * (count / 50))}")];
        await CompareAsync(setup, pao, "GET /catalog", ["/api/v1/catalog"]);
        await CompareAsync(setup, pao, "one item, of 50", items);
        await CompareAsync(setup, pao, "its schema, of 50", [.. items.Select(item => item + "/schema")]);
        Table.Row($"\nWorking set afterwards: {pao.WorkingSetMib:F0} MiB.");
    }

    private static async Task CompareAsync(Setup setup, Service pao, string what, string[] paths)
    {
        var bytes = await pao.Client.GetByteArrayAsync(paths[0]);
        var file = Path.Combine(setup.Folder, "answer.json");
        await File.WriteAllBytesAsync(file, bytes);
        using var bare = await Service.BareAsync(file);
        foreach (var (name, service) in new[] { ("PAO", pao), ("bare Kestrel", bare) })
        {
            await OpenLoop.RunAsync(service.Client, paths, PerSecond, TimeSpan.FromSeconds(2));
            var figures = await OpenLoop.RunAsync(service.Client, paths, PerSecond, TimeSpan.FromSeconds(setup.Seconds));
            Table.Row($"| {what} | {bytes.Length:N0} | {name} | {figures.Calls:N0} | {figures.Errors} | {figures.Median:F2} | {figures.P95:F2} | {figures.P99:F2} |");
        }
    }

    private static string Id(int number) => $"compute-service-n{number}";

    private static void Write(string catalog, int count)
    {
        var folder = Directory.CreateDirectory(Path.Combine(catalog, "compute")).FullName;
        for (var number = 0; number < count; number++)
            File.WriteAllText(Path.Combine(folder, $"service-n{number}.yaml"), Document(number));
    }

    /// <summary>About as large as those of the sample catalog.</summary>
    private static string Document(int number) => $$$"""
        schemaVersion: catalog/v1
        kind: CatalogItem
        metadata:
          id: {{{Id(number)}}}
          name: Service {{{number}}}
          description: One of very many services, with a form of six fields, a condition, and two actions that use what was typed.
          version: 1.{{{number}}}.0
          category: compute
          owner: { team: team-{{{number % 40}}}, contact: team-{{{number % 40}}}@example.com }
          tags: [generated, tag-{{{number % 100}}}]
        presentation:
          form:
            groups:
              - id: basics
                name: Basics
                fields:
                  - { id: name, name: Name, type: string, required: true, placeholder: orders, validation: { pattern: "^[a-z][a-z0-9-]*$", minLength: 3, maxLength: 40 } }
                  - { id: size, name: Size, type: select, enum: [small, medium, large], default: small }
                  - { id: environment, name: Environment, type: select, required: true, enum: [{ value: development, label: Development }, { value: production, label: Production }] }
              - id: operations
                name: Operations
                fields:
                  - { id: replicas, name: Replicas, type: number, required: true, validation: { min: 1, max: 5, integer: true }, conditional: { dependsOn: environment, condition: equals, value: production } }
                  - { id: contact, name: Contact, type: email, required: true }
                  - { id: notes, name: Notes, type: textarea, default: "", validation: { maxLength: 2000 } }
        fulfillment:
          strategy: { mode: automatic }
          manual:
            actions:
              - type: jira-ticket
                config: { ticket: { project: OPS, summaryTemplate: "Service {{ fields.name }}" } }
          automatic:
            actions:
              - id: create
                type: rest-api
                config:
                  endpoint: { url: "https://api.example.com/services", method: POST }
                  body: { contentTemplate: { name: "{{ fields.name }}", size: "{{ fields.size }}", replicas: "{{ default(fields.replicas, 1) }}" } }
                outputs: { serviceId: id }
              - id: tell
                type: webhook
                config:
                  endpoint: { url: "https://hooks.example.com/created" }
                  body: { template: { service: "{{ output.create.serviceId }}", contact: "{{ fields.contact }}" } }
        """;
}
