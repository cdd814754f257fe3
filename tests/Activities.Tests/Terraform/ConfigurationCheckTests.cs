using System.Text.Json.Nodes;
using Pao.Activities.Terraform;
using Pao.Activities.Terraform.Hcl;

namespace Pao.Activities.Tests.Terraform;

/// <summary>What a file may hold is decided before anybody sees it.</summary>
public sealed class ConfigurationCheckTests
{
    private const string Good = """
        # a comment
        locals { size = 1 }
        variable "zone" {
          type = string
          validation {
            condition     = length(var.zone) > 1
            error_message = "Too short."
          }
        }
        module "cache" {
          source  = "app.terraform.io/acme/redis/aws"
          version = "~> 4.2"
          name    = "a \"quoted\" ${upper(var.zone)} $${text} %%{text}"
          tags    = { file = "x", "key" = [1, 2, (3 + local.size)] }
          script  = <<-EOT
            #!/bin/sh
            echo "${join(", ", ["a", "b"])}" }
            EOT
          count = var.zone == "a" ? 1 : 0 // to the end
        }
        /* all
           of it */
        output "endpoint" {
          value     = module.cache[0].endpoint
          sensitive = true
        }
        """;

    public static TheoryData<string, string> Refused => new()
    {
        { "resource \"aws_instance\" \"a\" {}", "Blocks of the type 'resource' are not allowed (Pao:Terraform:Mappings:infra:Content:Blocks has module, output, variable, locals)." },
        { "data \"external\" \"a\" { program = [\"sh\"] }", "Blocks of the type 'data' are not allowed" },
        { "provider \"aws\" {}", "'provider' are not allowed" },
        { "terraform { backend \"http\" {} }", "'terraform' are not allowed" },
        { "terraform { cloud {} }", "'terraform' are not allowed" },
        { "check \"a\" { data \"http\" \"b\" {} }", "'check' are not allowed" },
        { "import {\n to = a.b\n id = \"c\"\n}", "'import' are not allowed" },
        { "Module \"a\" { source = \"app.terraform.io/acme/x\" }", "'Module' are not allowed" },
        { "module \"a\" { source = \"app.terraform.io/other/x\" }", "Modules of 'app.terraform.io/other/x' are not allowed (Pao:Terraform:Mappings:infra:Content:ModuleSources has app.terraform.io/acme)." },
        { "module \"a\" { source = \"app.terraform.io/acme-evil/x\" }", "are not allowed" },
        { "module \"a\" { source = \"app.terraform.io/acme/../../evil\" }", "are not allowed" },
        { "module \"a\" { source = \"git::https://app.terraform.io/acme/x\" }", "are not allowed" },
        { "module \"a\" { source = \"./x\" }", "are not allowed" },
        { "module \"a\" { source = \"app.terraform.io/acme/${var.x}\" }", "A module has a 'source' that is a plain text." },
        { "module \"a\" { source = \"app.terraform.io/\\u0061cme/x\" }", "A module has a 'source' that is a plain text." },
        { "module \"a\" { source = var.x }", "A module has a 'source' that is a plain text." },
        { "module \"a\" { source = <<E\napp.terraform.io/acme/x\nE\n}", "A module has a 'source' that is a plain text." },
        { "module \"a\" {}", "A module has a 'source' that is a plain text." },
        { "module \"a\" {\n source = \"app.terraform.io/acme/x\"\n provisioner \"local-exec\" {\n command = \"id\"\n }\n}", "sessions.tf:3: 'provisioner' is never allowed." },
        { "module \"a\" {\n source = \"app.terraform.io/acme/x\"\n providers {\n }\n}", "A block 'module' has no block 'providers'." },
        { "output \"a\" { value = file(\"/etc/passwd\") }", "The function 'file' reads what is on the machine that runs Terraform." },
        { "output \"a\" { value = \"x ${filebase64 (\"/etc/passwd\")}\" }", "The function 'filebase64'" },
        { "output \"a\" {\n value = <<E\n${templatefile(\"a\", {})}\nE\n}", "The function 'templatefile'" },
        { "output \"a\" { value = \"%{ if fileexists(\"/etc/passwd\") }x%{ endif }\" }", "The function 'fileexists'" },
        { "output \"a\" { value = provider::local::direxists(\"/\") }", "The function '::direxists'" },
        { "a = 1", "'a' stands in no block." },
    };

    public static TheoryData<string, string> NoHcl => new()
    {
        { "output \"a\" {", "The '{' is not closed." },
        { "output \"a\" }", "The '}' closes nothing." },
        { "output \"a\" { value = [1, 2) }", "The ')' closes nothing." },
        { "output \"a\" { value = \"b }", "The '\"' is not closed." },
        { "output \"a\" { value = \"b\nc\" }", "A quoted text ends on its line." },
        { "output \"a\" { value = \"\\x41\" }", "There is no such escape in HCL." },
        { "output \"a\" { value = \"\\u12\" }", "The escape is not complete." },
        { "output \"a\" { value = \"$$${b}\" }", "'$$${' is not clear" },
        { "output \"a\" { value = }", "'value' has no value" },
        { "output \"a\" { value = 1 value = 2 }", "An operator or the end of the line is expected, not '='." },
        { "output \"a\" {\n value = 1\n value = 2\n}", "The attribute 'value' is there twice." },
        { "output \"a${b}\" {}", "'=', a label or '{' is expected" },
        { "output \"\\u0061\" {}", "A label is a plain text" },
        { "output 1 {}", "'=', a label or '{' is expected, not '1'." },
        { "output \"a\" {} output \"b\" {}", "The end of the line is expected, not 'output'." },
        { "output \"a\" { value = 1 } # fine\n/* not closed", "The comment is not closed." },
        { "a = <<\nb\n", "After '<<' HCL has the name that ends the text, and a line break." },
        { "a = <<E\nb\n", "The '<<E' is not closed." },
        { "a = 1 \u0000", "The character U+0000 does not belong there." },
        { "\ufeffa = 1", "The character U+FEFF does not belong there." },
        { "a = 1\rb = 2", "A line ends with U+000A." },
        { "# a comment\rresource \"x\" \"y\" {}", "A line ends with U+000A." },
        { "a = `b`", "The character U+0060 does not belong there." },
        { "= 1", "An attribute or a block is expected, not '='." },
    };

    [Fact]
    public void What_the_mapping_allows_passes() => Check(Good);

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_it_does_not_allow_is_refused_with_its_line(string content, string says)
    {
        var failure = Assert.Throws<ActionFailedException>(() => Check(content));

        Assert.Equal(("action.invalid", ActionEffect.None), (failure.Code, failure.Effect));
        Assert.StartsWith("'contentTemplate' is not allowed: sessions.tf:", failure.Message);
        Assert.Contains(says, failure.Message);
    }

    [Theory]
    [MemberData(nameof(NoHcl))]
    public void What_is_no_HCL_is_refused_with_its_line(string content, string says)
    {
        var failure = Assert.Throws<ActionFailedException>(() => Check(content));

        Assert.StartsWith("'contentTemplate' is no Terraform file: sessions.tf:", failure.Message);
        Assert.Contains(says, failure.Message);
    }

    [Theory]
    [InlineData('(', ')')]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Nesting_is_bounded(char open, char close)
    {
        Check($"output \"a\" {{\n value = {new string(open, 60)}{new string(close, 60)}\n}}");

        Assert.Contains("deeper than 64", Assert.Throws<ActionFailedException>(() => Check($"output \"a\" {{\n value = {new string(open, 100_000)}")).Message);
    }

    [Fact]
    public void Nesting_within_texts_and_blocks_is_bounded_too()
    {
        var interpolations = string.Concat(Enumerable.Repeat("\"${", 5_000));
        var blocks = string.Concat(Enumerable.Repeat("a {\n", 5_000));

        Assert.Contains("deeper than 64", Assert.Throws<ActionFailedException>(() => Check($"output \"a\" {{\n value = {interpolations}")).Message);
        Assert.Contains("deeper than 64", Assert.Throws<ActionFailedException>(() => Check(blocks)).Message);
    }

    [Fact]
    public void The_size_of_a_file_is_bounded() =>
        Assert.Contains("more than 262144 characters", Assert.Throws<ActionFailedException>(() => Check(new string('#', 300_000))).Message);

    [Theory]
    [InlineData("resource \"terraform_data\" \"a\" {}", null)]
    [InlineData("resource \"aws_s3_bucket\" \"a\" {}", null)]
    [InlineData("resource \"aws_s3\" \"a\" {}", "'aws_s3' is not allowed (Pao:Terraform:Mappings:infra:Content:Resources has terraform_data, aws_s3_*, external).")]
    [InlineData("resource \"null_resource\" \"a\" {}", "'null_resource' is not allowed")]
    [InlineData("resource \"terraform_data\" \"a\" {\n provisioner \"local-exec\" {}\n}", "'provisioner' is never allowed.")]
    [InlineData("resource \"terraform_data\" \"a\" {\n dynamic \"provisioner\" {}\n}", "'dynamic' is never allowed.")]
    [InlineData("resource \"aws_s3_bucket\" \"a\" {\n x {\n connection {}\n }\n}", "'connection' is never allowed.")]
    [InlineData("data \"external\" \"a\" {}", "'external' runs a program on the machine, and is never allowed.")]
    [InlineData("check \"c\" {\n data \"http\" \"a\" {}\n}", "'http' is not allowed")]
    [InlineData("terraform {\n required_version = \">= 1\"\n required_providers {}\n}", null)]
    [InlineData("terraform {\n backend \"http\" {}\n}", "'backend' is never allowed.")]
    [InlineData("terraform {\n cloud {}\n}", "'cloud' is never allowed.")]
    [InlineData("removed {\n provisioner \"local-exec\" {}\n}", "'provisioner' is never allowed.")]
    public void An_operator_may_allow_more_but_never_programs_and_foreign_states(string content, string? says)
    {
        var allowed = new TerraformContentOptions { Blocks = ["resource", "data", "check", "terraform", "removed"], Resources = { "terraform_data", "aws_s3_*", "external" } };

        var failure = Record.Exception(() => ConfigurationCheck.Check("infra", allowed, "sessions.tf", content));

        Assert.Equal(says is null, failure is null);
        Assert.Contains(says ?? "", failure?.Message ?? "");
    }

    [Theory]
    [InlineData("zone = \"a\"\nzones = [1, 2]", null)]
    [InlineData("module \"a\" {}", "A file of values has no blocks")]
    [InlineData("zone = upper(\"a\")", "A file of values calls no functions.")]
    public void A_file_of_values_has_values_only(string content, string? says)
    {
        var failure = Record.Exception(() => ConfigurationCheck.Check("infra", new TerraformContentOptions(), "a.tfvars", content));

        Assert.Contains(says ?? "", failure?.Message ?? "");
        Assert.Equal(says is null, failure is null);
    }

    [Theory]
    [InlineData("app.terraform.io/acme", "app.terraform.io/acme", true)]
    [InlineData("app.terraform.io/acme/", "app.terraform.io/acme/x", true)]
    [InlineData("app.terraform.io/acme", "app.terraform.io/acme/x//modules/a", true)]
    [InlineData("app.terraform.io/acme", "App.terraform.io/acme/x", false)]
    [InlineData("github.com", "github.com@evil.example/x", false)]
    [InlineData("github.com/acme", "github.com/acme.evil/x", false)]
    [InlineData("github.com/acme", "github.com/acme/x?ref=v1&depth=1", true)]
    [InlineData("github.com/acme", "github.com/acme/x?sshkey=a", false)]
    [InlineData("github.com/acme", "github.com/acme/x?archive=zip", false)]
    [InlineData("github.com/acme", "github.com/acme/x?ref=1?ref=2", false)]
    [InlineData("github.com/acme", "github.com/acme/..", false)]
    [InlineData("github.com/acme", "github.com/acme/%2e%2e/evil", false)]
    [InlineData("github.com/acme", "github.com/acme\\..\\evil", false)]
    [InlineData("github.com/acme", "github.com/acme/a b", false)]
    [InlineData("git::https://github.com/acme", "git::https://github.com/acme/x.git?ref=v1", true)]
    [InlineData("git::https://github.com", "git::https://github.com:8443/x", false)]
    [InlineData("../modules", "../modules/x", true)]
    [InlineData("../modules", "../modules/../x", false)]
    [InlineData("./modules", "./modulesx", false)]
    public void A_source_is_allowed_below_a_beginning_and_nowhere_else(string beginning, string source, bool isAllowed) =>
        Assert.Equal(isAllowed, ModuleSource.IsAllowed(source, [beginning]));

    [Theory]
    [InlineData("a.tf", null)]
    [InlineData("a/b-c/d_1.tf", null)]
    [InlineData("values.tfvars", null)]
    [InlineData("../a.tf", "it must be the path")]
    [InlineData("a/../b.tf", "it must be the path")]
    [InlineData("/a.tf", "it must be the path")]
    [InlineData("a//b.tf", "it must be the path")]
    [InlineData("a\\b.tf", "it must be the path")]
    [InlineData(".github/workflows/a.tf", "it must be the path")]
    [InlineData(".GitHub/a.tf", "it must be the path")]
    [InlineData("a/.terraform/b.tf", "it must be the path")]
    [InlineData(".git/config.tf", "it must be the path")]
    [InlineData("a./b.tf", "it must be the path")]
    [InlineData("a.tf.json", "it must be the path")]
    [InlineData("a.yaml", "it must be the path")]
    [InlineData("a.tf\n", "it must be the path")]
    [InlineData("ä.tf", "it must be the path")]
    [InlineData("a b.tf", "it must be the path")]
    [InlineData("a%2f.tf", "it must be the path")]
    [InlineData(".tf", "it must be the path")]
    [InlineData("backend.tf", "is kept for those who own the repository")]
    [InlineData("stacks/Backend.TF", "it must be the path")]
    [InlineData("stacks/Backend.tf", "is kept for those who own the repository")]
    [InlineData("OVERRIDE.tf", "is kept for those who own the repository")]
    [InlineData("my_Override.tf", "is kept for those who own the repository")]
    [InlineData("Providers.tf", "is kept for those who own the repository")]
    [InlineData("terraform.tfvars", "is kept for those who own the repository")]
    [InlineData("a.auto.tfvars", "is kept for those who own the repository")]
    [InlineData("Terraform.tfstate.d/a/b.tf", "is kept for those who own the repository")]
    [InlineData("Main.tf", "is kept for those who own the repository")]
    public void A_files_path_stays_below_its_folder_and_off_what_is_reserved(string path, string? says)
    {
        var failure = Record.Exception(() => TerraformFile.Parse(path, ["main.tf"]));

        Assert.Contains(says ?? "", failure?.Message ?? "");
        Assert.Equal(says is null, failure is null);
    }

    [Fact]
    public void What_people_typed_is_a_value_whatever_it_is()
    {
        foreach (var value in new[] { "\"\n}\nresource \"a\" \"b\" {\n", "${file(\"/etc/passwd\")}", "%{ if true }", "EOT\n}", "*/ resource", "\\\" ${", "$", "$${" })
        {
            var content = (string)Rendered.Config(
                new JsonObject { ["contentTemplate"] = "module \"a\" {\n source = \"app.terraform.io/acme/x\"\n a = \"{{ fields.x }}\"\n b = {{ fields.x }}\n c = <<EOT\n{{ fields.x }}\nEOT\n # {{ fields.x }}\n}\n" },
                new JsonObject { ["x"] = value })["contentTemplate"]!;

            Check(content);
            Assert.Equal(["source", "a", "b", "c"], HclParser.Read(content).Blocks.Single().Body.Attributes.Select(attribute => attribute.Name));
        }
    }

    private static void Check(string content) =>
        ConfigurationCheck.Check("infra", new TerraformContentOptions { ModuleSources = { "app.terraform.io/acme" } }, "sessions.tf", content);
}
