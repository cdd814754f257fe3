using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Pao.Architecture.Tests.Deployment;

/// <summary>What <c>deploy/</c> describes is held to the clouds' own descriptions of their resources, and to rules of ours.</summary>
public sealed partial class DeploymentTests
{
    private const string Aws = "deploy/aws/pao.yaml";
    private const string Azure = "deploy/azure/pao.bicep";

    /// <summary>Variables that something beside PAO reads.</summary>
    private static readonly Dictionary<string, string> ReadByOthers = new()
    {
        ["AOT_CONFIG_CONTENT"] = "the collector",
        ["APP_UID"] = "the base image sets it",
        ["ASPNETCORE_HTTP_PORTS"] = "ASP.NET Core",
        ["POSTGRES_DB"] = "the image of PostgreSQL",
        ["POSTGRES_PASSWORD"] = "the image of PostgreSQL",
        ["POSTGRES_USER"] = "the image of PostgreSQL",
    };

    private static readonly NodeFolder Node = new("tests", "Architecture.Tests", "Deployment");

    public static TheoryData<string> Templates => [Aws, Azure, "docker-compose.yml", "Dockerfile"];

    [Fact]
    public async Task The_template_for_AWS_says_what_AWS_understands_and_gives_nobody_more_than_is_needed() =>
        Assert.Matches(@"^\d{2,} resources, \d{3,} properties checked$", await CloudFormationAsync(Path.Combine(Repository.Root, Aws)));

    [Theory]
    [InlineData("ReadonlyRootFilesystem: true", "ReadonlyRootFilesystem: false", "may write everywhere")]
    [InlineData("CidrIp: !Ref ClientCidr", "CidrIp: 0.0.0.0/0", "lets 0.0.0.0/0 in")]
    [InlineData("Action: secretsmanager:GetSecretValue", "Action: \"secretsmanager:*\"", "allows 'secretsmanager:*'")]
    [InlineData("Resource: !GetAtt AuditStream.Arn", "Resource: \"*\"", "on everything")]
    [InlineData("ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-2-2021-06", "takes TLS older than 1.3")]
    [InlineData("NumNodeGroups", "NumNodeGroup", "has no property 'NumNodeGroup'")]
    [InlineData("Redis.ConfigurationEndPoint.Port", "Redis.Port", "has no attribute 'Port'")]
    [InlineData("!Ref DatabaseGroup", "!Ref Databases", "there is no 'Databases'")]
    [InlineData("MultiAZ: true", "MultiAZ: often", "is to be true or false")]
    [InlineData("      EngineFamily: POSTGRESQL", "", "needs 'EngineFamily'")]
    [InlineData("StorageEncrypted: true", "StorageEncrypted: false", "StorageEncrypted is not on")]
    [InlineData("PubliclyAccessible: false", "PubliclyAccessible: true", "PubliclyAccessible is on")]
    public async Task A_mistake_in_the_template_for_AWS_is_found(string right, string wrong, string finding)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, Aws), Cancellation);
        Assert.Contains(right, text, StringComparison.Ordinal);
        var file = Path.Combine(Directory.CreateTempSubdirectory("pao-deploy-").FullName, "mistaken.yaml");
        await File.WriteAllTextAsync(file, text.Replace(right, wrong, StringComparison.Ordinal), Cancellation);

        Assert.Contains(finding, await CloudFormationAsync(file), StringComparison.Ordinal);

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task The_template_for_Azure_has_no_finding_of_its_linter()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, Azure), Cancellation);
        var file = Path.Combine(Directory.CreateTempSubdirectory("pao-deploy-").FullName, "mistaken.bicep");
        await File.WriteAllTextAsync(file, text.Replace("enablePurgeProtection", "enablePurgeProtector", StringComparison.Ordinal), Cancellation);

        Assert.Equal("", await BicepAsync(Path.Combine(Repository.Root, Azure)));
        Assert.Contains("\"enablePurgeProtector\" is not allowed", await BicepAsync(file), StringComparison.Ordinal);

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_variable_that_a_deployment_sets_is_one_that_somebody_reads(string template)
    {
        var names = Variable().Matches(File.ReadAllText(Path.Combine(Repository.Root, template))).Select(match => match.Value).Distinct().ToList();
        var sources = Repository.Sources("src").Select(File.ReadAllText).ToList();

        Assert.NotEmpty(names);
        Assert.All(names.Where(name => !ReadByOthers.ContainsKey(name)), name => Assert.True(
            name.StartsWith("Pao__", StringComparison.Ordinal)
                ? Settings.Known.Contains(Place().Replace(name.Replace("__", ":", StringComparison.Ordinal), ""))
                : sources.Exists(source => source.Contains($"\"{name}\"", StringComparison.Ordinal)),
            $"Nothing reads {name}, which {template} sets."));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<string> CloudFormationAsync(string template)
    {
        await Node.InstalledAsync();
        return await OutputAsync("node", ["cloudformation.mjs", template], Node.Path);
    }

    private static Task<string> BicepAsync(string template)
    {
        var program = typeof(DeploymentTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Bicep").Value!;
        return OutputAsync(program, ["lint", template], Repository.Root);
    }

    private static async Task<string> OutputAsync(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        return string.Concat(output).Trim();
    }

    /// <summary>Of an entry in a list.</summary>
    [GeneratedRegex(@":\d+$")]
    private static partial Regex Place();

    [GeneratedRegex(@"\bPao__\w+|\b[A-Z]+(?:_[A-Z]+)+\b")]
    private static partial Regex Variable();
}
