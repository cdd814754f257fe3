using System.CommandLine;
using Pao.Cli.Commands.Principals;

namespace Pao.Cli.Commands;

/// <summary><c>pao principals</c>: for administrators, who may call.</summary>
internal sealed class PrincipalsCommand : Command
{
    public PrincipalsCommand()
        : base("principals", "Manage who may call a PAO, and what they may do.")
    {
        Add(new ListCommand());
        Add(new ShowCommand());
        Add(new PutCommand());
        Add(new SwitchCommand("disable", "Let a principal in no more, by any key or identity."));
        Add(new SwitchCommand("enable", "Let a principal in again."));
    }
}
