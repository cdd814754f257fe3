namespace Pao.Activities.Terraform.Local;

/// <summary>The files of one attempt in a folder of this machine, and what was there before them.</summary>
internal sealed class WrittenFiles(string folder)
{
    private readonly Dictionary<string, byte[]?> _before = new(StringComparer.Ordinal);

    /// <exception cref="ActionFailedException">A file is there that the action may not replace; nothing was written.</exception>
    public void Write(TerraformChange change, Guid request)
    {
        bool? isOwn = null;
        foreach (var (name, text) in change.Files)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                continue;

            var there = File.ReadAllText(path);
            isOwn ??= name == change.File.Path ? TerraformChange.Made(there, request) : null;
            if (there != text && isOwn is not true)
                throw ActionFailure.Rejected($"{path} is there already, and {(isOwn is null ? "PAO has not made it" : "another request made it")}. Choose another name.");
        }

        foreach (var (name, text) in change.Files)
        {
            var path = Path.Combine(folder, name);
            _before[path] = File.Exists(path) ? File.ReadAllBytes(path) : null;
            File.WriteAllText(path, text);
        }
    }

    public void Restore()
    {
        foreach (var (path, bytes) in _before)
        {
            if (bytes is null)
                File.Delete(path);
            else
                File.WriteAllBytes(path, bytes);
        }
    }
}
