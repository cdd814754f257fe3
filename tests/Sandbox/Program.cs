using System.Text.Json;
using System.Text.Json.Serialization;
using Pao.Sandbox;
using Pao.Sandbox.Aws;
using Pao.Sandbox.Faults;
using Pao.Sandbox.Ledgers;
using Pao.Sandbox.OAuth;
using Pao.Sandbox.Resources;
using Pao.Sandbox.Vault;

var builder = WebApplication.CreateBuilder(args);

builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
    options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
});
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<Ledger>();
builder.Services.AddSingleton<FaultPlan>();
builder.Services.AddSingleton<ResourceShelf>();
builder.Services.AddSingleton<TokenServer>();
builder.Services.AddSingleton<VaultServer>();
builder.Services.AddSingleton<AwsSecrets>();

var app = builder.Build();

app.MapGet("/health", () => "ok");
app.MapLedger();
app.MapFaults();
app.MapOAuthOperator();
app.MapVaultOperator();
app.MapVault();
app.MapAwsOperator();
app.MapAws();

var calls = app.MapGroup("").AddEndpointFilter<FaultFilter>();
calls.MapGreetings();
calls.MapResources();
calls.MapTroubledResources();
calls.MapKeylessResources();
calls.MapJobs();
calls.MapHooks();
calls.MapOAuth();

app.Run();
