using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Grpc;
using Pao.DurableTask.Worker;
using Pao.HubNode;
using Pao.TaskHub;

// A node of a task hub: hub, worker, and the hub served to the test that starts and restarts this process; or only one of
// them (--role hub, --role worker with --hub, a connection string). The settings of Pao:TaskHub are arguments; --ledger
// names the file in which tasks say that they were touched, --mended true is the version of this program whose tasks are
// harmless.
var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var role = builder.Configuration["role"];
var ledger = builder.Configuration["ledger"] ?? throw new ArgumentException("--ledger names a file.");
var mended = builder.Configuration.GetValue<bool>("mended");
if (role == "worker")
    builder.Services.AddTaskHubConnection(builder.Configuration["hub"] ?? throw new ArgumentException("--hub names a task hub."));
else
{
    builder.Services.AddTaskHub();
    builder.Services.AddTaskHubServer();
}

if (role != "hub")
    builder.Services.AddDurableTaskWorker(worker => worker.AddTasks(new Killers(ledger, mended).AddTo));

await builder.Build().RunAsync();
