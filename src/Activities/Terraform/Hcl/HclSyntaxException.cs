namespace Pao.Activities.Terraform.Hcl;

/// <summary>A file is no HCL, or none that is read here: where two readers might understand different things, it is refused.</summary>
internal sealed class HclSyntaxException(int line, string message) : Exception(message)
{
    public int Line => line;
}
