namespace Pao.Catalog.Sources.Ownership;

/// <summary>What becomes of a change by somebody whom CODEOWNERS does not name as owner.</summary>
public enum OwnershipMode
{
    /// <summary>It does not come into force.</summary>
    Enforce,

    /// <summary>It comes into force, and is told.</summary>
    Report,

    /// <summary>CODEOWNERS is not read.</summary>
    Off,
}
