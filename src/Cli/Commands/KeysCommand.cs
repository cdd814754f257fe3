using System.CommandLine;
using Pao.Cli.Commands.Keys;

namespace Pao.Cli.Commands;

/// <summary><c>pao keys</c>: for administrators, the access keys of principals.</summary>
internal sealed class KeysCommand : Command
{
    public KeysCommand()
        : base("keys", "Manage the access keys of principals.")
    {
        Add(new ListCommand());
        Add(new CreateCommand());
        Add(new ChangeCommand("disable", "Take no call any more that is signed with a key."));
        Add(new ChangeCommand("enable", "Take calls that are signed with a key again."));
        Add(new ChangeCommand("delete", "Forget a key and its secret for ever."));
    }
}
