namespace Pao.Cli.Service;

/// <summary>A service did not do what was asked; the message says why, for people.</summary>
internal sealed class ServiceException(string message, Exception? inner = null) : Exception(message, inner);
