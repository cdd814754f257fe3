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

// What begins with @ is a name like any other, and no file of arguments.
var parsed = pao.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is not ParseErrorAction)
    return await RunAsync(parsed);

foreach (var error in parsed.Errors)
{
    var option = error.SymbolResult is OptionResult { Option.Name: var name } ? $"{name}: " : "";
    Console.Error.WriteLine($"pao: {option}{string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");
}

Console.Error.WriteLine("pao: --help tells what there is");
return (int)ExitCode.CouldNotRun;

// Scripts branch on the exit code, and 1 is for findings.
static async Task<int> RunAsync(ParseResult parsed)
{
    try
    {
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("pao: given up");
    }
#pragma warning disable CA1031 // The end of the program: whatever it is, its caller is told that the command did not run.
    catch (Exception failure)
#pragma warning restore CA1031
    {
        Console.Error.WriteLine($"pao: {failure.Message}");
    }

    return (int)ExitCode.CouldNotRun;
}
