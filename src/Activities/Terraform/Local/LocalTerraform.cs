using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Secrets;

namespace Pao.Activities.Terraform.Local;

/// <summary>
/// Applies a file on this machine: init, validate, plan, apply, one action at a time in a folder. It may be done again whatever
/// became of the attempt before: what that made is in Terraform's state, and where its program still runs it holds the state's lock,
/// which the next one waits for.
/// </summary>
internal sealed class LocalTerraform(TerraformOutputs outputs, Redactor redactor, TimeProvider clock)
{
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG"];

    public async Task<ActionResult> ApplyAsync(
        TerraformMapping mapping, LocalTerraformOptions options, TerraformChange change, ActionExecution execution, CancellationToken cancellationToken)
    {
        if (TerraformProgram.Missing(mapping, options) is { } missing)
            throw ActionFailure.Invalid(missing);

        using var expiry = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            return await ApplyAsync(options, change, execution, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ActionFailure.TimedOut($"Terraform did not end within {options.Timeout.TotalSeconds:0.#} s ({mapping.ConfigurationPath}:Local:Timeout).");
        }
    }

    private async Task<ActionResult> ApplyAsync(LocalTerraformOptions options, TerraformChange change, ActionExecution execution, CancellationToken end)
    {
        // The whole path is the operator's, and the rest was checked: no part of it leads upwards.
        var folder = Path.Combine(options.Folder ?? "", change.File.Folder);
        Directory.CreateDirectory(folder);
        await using var only = await FolderLock.TakeAsync(folder, clock, end);
        var plan = Directory.CreateTempSubdirectory("pao-terraform-"); // a plan has secrets in it in clear: nobody else may read it
        try
        {
            var files = new WrittenFiles(options.Folder ?? "");
            var terraform = new TerraformProgram(options.Program, folder, Environment(options, change), end);
            try
            {
                files.Write(change, execution.RequestId);
                await RunAsync(terraform, "fmt", "-no-color", "-list=false", change.File.Name);
                await RunAsync(terraform, "init", "-no-color", "-input=false");
                await RunAsync(terraform, "validate", "-no-color");
                await RunAsync(terraform, "plan", "-no-color", "-input=false", "-lock-timeout=10m", $"-out={Path.Combine(plan.FullName, "plan")}");
            }
            catch (ActionFailedException failure) when (failure.Effect is ActionEffect.None)
            {
                files.Restore(); // a file that cannot be applied would stop all others of the folder
                throw;
            }

            var applied = await terraform.RunAsync("apply", "-no-color", "-input=false", "-lock-timeout=10m", Path.Combine(plan.FullName, "plan"));
            if (applied.Code is not 0)
                throw ActionFailure.Unsuccessful($"terraform apply failed; a part of it may be there: {Words(applied)}");
            return new ActionResult(await OutputsAsync(terraform, change, execution, end), Path.Combine(folder, change.File.Name));
        }
        finally
        {
            plan.Delete(recursive: true);
        }
    }

    private async Task<JsonObject> OutputsAsync(
        TerraformProgram terraform, TerraformChange change, ActionExecution execution, CancellationToken cancellationToken)
    {
        if (change.Outputs.Count is 0)
            return [];

        var end = await terraform.RunAsync("output", "-no-color", "-json");
        if (end.Code is not 0 || StorableJson.Parse(end.Output) is not JsonObject all)
            throw ActionFailure.OutputsMissing($"terraform output failed: {Words(end)}");

        var there = all.Select(output => new TerraformOutput(
            output.Key, output.Value?["value"], output.Value?["sensitive"]?.GetValueKind() is JsonValueKind.True));
        return await outputs.TakeAsync(execution, change.Outputs, there, output => Task.FromResult(output.Value), cancellationToken);
    }

    private async Task RunAsync(TerraformProgram terraform, params string[] arguments)
    {
        var end = await terraform.RunAsync(arguments);
        if (end.Code is not 0)
            throw ActionFailure.Rejected($"terraform {arguments[0]} refused it; nothing was applied: {Words(end)}");
    }

    private static Dictionary<string, string> Environment(LocalTerraformOptions options, TerraformChange change)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TF_IN_AUTOMATION"] = "1", ["TF_INPUT"] = "0", ["CHECKPOINT_DISABLE"] = "1",
        };
        foreach (var name in Inherited.Concat(options.Environment))
            if (System.Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        foreach (var (name, value) in change.SecretVariables)
            environment[$"TF_VAR_{name}"] = value;
        return environment;
    }

    private string Words(ProgramEnd end) => HttpName.Excerpt(redactor.Mask(end.Errors.Length > 0 ? end.Errors : end.Output));
}
