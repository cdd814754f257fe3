using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Pao.Cli;
using Pao.Cli.Commands;

var pao = new RootCommand("The command line of PAO, the Platform Automation Orchestrator.")
{
    new CatalogCommand(),
    new AuditCommand(),
    new PrincipalsCommand(),
    new KeysCommand(),
    new WhoAmICommand(),
};
var parsed = pao.Parse(args);
if (parsed.Action is not ParseErrorAction)
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

foreach (var error in parsed.Errors)
{
    var option = error.SymbolResult is OptionResult { Option.Name: var name } ? $"{name}: " : "";
    Console.Error.WriteLine($"pao: {option}{string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");
}

Console.Error.WriteLine("pao: --help tells what there is");
return (int)ExitCode.CouldNotRun;
