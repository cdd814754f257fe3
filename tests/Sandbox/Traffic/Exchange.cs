namespace Pao.Sandbox.Traffic;

/// <summary>A call and its answer, as they went over the wire; bodies as text, without what is secret in the headers.</summary>
internal sealed record Exchange(
    string Method, string Path, string Query, string? ContentType, string Body, int Status, string? AnswerContentType, string Answer);
