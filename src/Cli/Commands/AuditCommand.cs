using System.CommandLine;
using Pao.Cli.Commands.Audit;

namespace Pao.Cli.Commands;

/// <summary><c>pao audit</c>: whether what a service says has happened is what was written then.</summary>
internal sealed class AuditCommand : Command
{
    public AuditCommand()
        : base("audit", "Work on the audit of a service.")
    {
        Add(new ExportCommand());
        Add(new VerifyCommand());
    }
}
