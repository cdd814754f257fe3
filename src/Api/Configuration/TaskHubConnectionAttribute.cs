using System.ComponentModel.DataAnnotations;
using Pao.DurableTask.Grpc;

namespace Pao.Api.Configuration;

/// <summary>A connection string that <see cref="TaskHubConnection"/> can read.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TaskHubConnectionAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is not string { Length: > 0 } text)
            return ValidationResult.Success;

        try
        {
            TaskHubConnection.Parse(text);
            return ValidationResult.Success;
        }
        catch (ArgumentException e)
        {
            return new ValidationResult($"DURABLE_TASK_CONNECTION (Pao:DurableTaskConnection): {e.Message}");
        }
    }
}
