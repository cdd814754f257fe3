using System.ComponentModel.DataAnnotations;

namespace Pao.Api.Configuration;

/// <summary>A value that <see cref="DatabaseUrl"/> can read. The message never repeats the value: it holds a password.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DatabaseUrlAttribute() : ValidationAttribute(
    "DATABASE_URL (Pao:DatabaseUrl) must look like postgresql://user:password@host:5432/database; special characters in its parts are percent-encoded.")
{
    public override bool IsValid(object? value) => value is null or "" || (value is string url && DatabaseUrl.TryParse(url, out _));
}
