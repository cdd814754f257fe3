using System.CommandLine;
using Pao.Cli.Commands.Catalog;

namespace Pao.Cli.Commands;

/// <summary><c>pao catalog</c>: what authors do with a catalog before it is in a service.</summary>
internal sealed class CatalogCommand : Command
{
    public CatalogCommand()
        : base("catalog", "Work on a catalog's folder.") => Add(new ValidateCommand());
}
