namespace Pao.Activities.Terraform.Repositories;

/// <summary>What a branch points to.</summary>
/// <param name="Commit">Its id.</param>
/// <param name="Tree">The id of what it holds.</param>
internal sealed record BranchHead(string Commit, string Tree);
