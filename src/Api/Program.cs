using Pao.Api.Access;
using Pao.Api.Access.Register;
using Pao.Api.Auditing;
using Pao.Api.Authoring;
using Pao.Api.Catalog;
using Pao.Api.Catalog.Caching;
using Pao.Api.Catalog.Probing;
using Pao.Api.Configuration;
using Pao.Api.Correlation;
using Pao.Api.Health;
using Pao.Api.Hosting;
using Pao.Api.Json;
using Pao.Api.OpenApi;
using Pao.Api.Orchestrations;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Api.Telemetry;
using Pao.Api.Webhooks;

await FileLimit.AwaitEnoughAsync(Console.Error);

var builder = WebApplication.CreateBuilder(args);
builder.AddPaoConfiguration(args);
var role = ProcessRole.Of(builder.Configuration);
builder.AddHosting();
builder.AddTelemetry();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddWireJson();
builder.Services.AddProblems();
builder.Services.AddCrossOrigin();
builder.Services.AddParts(role);
if (role.TakesRequests)
    builder.Services.AddCatalogCache(builder.Configuration).AddCatalogHealthChecks();
builder.Services.AddHealth();
builder.Services.AddDescription();

var app = builder.Build();
app.UseCallSpans();
app.UseCorrelation();
app.UseSecurityHeaders();
app.UseProblems();
app.UseCrossOrigin();
app.UseRequestTimeouts(); // before all that waits: for a place among the calls, for a body to verify a signature of
app.UseMiddleware<CallGate>();
app.UseRawPathCheck();
if (role.TakesRequests)
    app.UseAccess();

var api = app.MapGroup("/api/v1");
api.MapHealth();
api.MapMetrics(role);
if (role.TakesRequests)
{
    api.MapRequests();
    api.MapOrchestrations();
    api.MapCatalog();
    api.MapAuthoring();
    api.MapWebhooks();
    api.MapPrincipals();
    api.MapAudit();
    ApiDescription.Map(app);
}

return await app.RunToTheEndAsync();
