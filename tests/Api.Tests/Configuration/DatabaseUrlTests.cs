using Npgsql;
using Pao.Api.Configuration;

namespace Pao.Api.Tests.Configuration;

public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgresql://pao:s3cret@db:5433/orders", "db", 5433, "pao", "s3cret", "orders")]
    [InlineData("postgres://pao@db/orders", "db", 5432, "pao", null, "orders")]
    [InlineData("postgresql://pao:p%40ss%3A%2F@db/orders", "db", 5432, "pao", "p@ss:/", "orders")]
    [InlineData("Host=db;Port=6000;Username=pao;Database=orders", "db", 6000, "pao", null, "orders")]
    public void A_url_is_read_part_by_part(string url, string host, int port, string user, string? password, string database)
    {
        Assert.True(DatabaseUrl.TryParse(url, out var connectionString));
        var settings = new NpgsqlConnectionStringBuilder(connectionString);

        Assert.Equal((host, port, user, password, database), (settings.Host, settings.Port, settings.Username, settings.Password, settings.Database));
    }

    [Fact]
    public void The_names_of_libpq_are_understood()
    {
        Assert.True(DatabaseUrl.TryParse("postgresql://db/orders?sslmode=require&connect_timeout=3", out var connectionString));
        var settings = new NpgsqlConnectionStringBuilder(connectionString);

        Assert.Equal((SslMode.Require, 3), (settings.SslMode, settings.Timeout));
    }

    [Theory]
    [InlineData("mysql://db/orders")]
    [InlineData("postgresql:///orders")]
    [InlineData("postgresql://db:port/orders")]
    [InlineData("postgresql://db/orders?no_such_setting=1")]
    public void A_value_that_is_no_database_url_is_refused_without_repeating_it(string url)
    {
        Assert.False(DatabaseUrl.TryParse(url, out _));
        Assert.DoesNotContain(url, new DatabaseUrlAttribute().FormatErrorMessage("DatabaseUrl"), StringComparison.Ordinal);
    }
}
