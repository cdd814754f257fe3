using System.Text.Json;
using System.Text.Json.Serialization;
using Pao.Sandbox;
using Pao.Sandbox.Aws;
using Pao.Sandbox.Faults;
using Pao.Sandbox.Git;
using Pao.Sandbox.GitHub;
using Pao.Sandbox.GitHub.Actions;
using Pao.Sandbox.GitLab;
using Pao.Sandbox.Jira;
using Pao.Sandbox.Ledgers;
using Pao.Sandbox.OAuth;
using Pao.Sandbox.Resources;
using Pao.Sandbox.TerraformCloud;
using Pao.Sandbox.Traffic;
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
builder.Services.AddSingleton<PlannedFaults>();
builder.Services.AddSingleton<TrafficLog>();
builder.Services.AddSingleton<ResourceShelf>();
builder.Services.AddSingleton<JiraSites>();
builder.Services.AddSingleton<JiraResolver>();
builder.Services.AddSingleton<JiraHooks>();
builder.Services.AddHostedService(services => services.GetRequiredService<JiraHooks>());
builder.Services.AddSingleton<TokenServer>();
builder.Services.AddSingleton<Forges>();
builder.Services.AddSingleton<Deliveries>();
builder.Services.AddSingleton<RunPilot>();
builder.Services.AddSingleton<TerraformSites>();
builder.Services.AddSingleton<Workshops>();
builder.Services.AddSingleton<Runner>();
builder.Services.AddSingleton<Apps>();
builder.Services.AddSingleton<VaultServer>();
builder.Services.AddSingleton<AwsSecrets>();
builder.Services.AddSingleton<CallerIdentities>();

var app = builder.Build();

app.UseMiddleware<PlannedFaultMiddleware>();
app.UseTrafficLog(below: "/jira");
app.UseTrafficLog(below: "/terraform");
app.UseTrafficLog(below: "/github");

app.MapGet("/health", () => "ok");
app.MapLedger();
app.MapFaults();
app.MapTraffic();
app.MapOAuthOperator();
app.MapWork();
app.MapActionsControl();
app.MapAppControl();
app.SeedActions();
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
calls.MapJira();
calls.MapOAuth();
calls.MapGitHub();
calls.MapRunPages();
calls.MapGitLab();
calls.MapTerraformCloud();

app.Run();
