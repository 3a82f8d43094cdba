//! What a process that holds seeds does to itself first: its memory is not written to disk when it crashes, and no
//! other process of the same person reads it.

/// Why the process could not be hardened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not {action}: {code}")]
pub struct HardenError {
    /// What was tried.
    pub action: &'static str,
    /// What the operating system said.
    #[cfg(target_os = "linux")]
    pub code: rustix::io::Errno,
    /// What the operating system said.
    #[cfg(not(target_os = "linux"))]
    pub code: i32,
}

/// No core dumps (`RLIMIT_CORE` 0), and no reading of this process's memory or environment by others of the same
/// user (`PR_SET_DUMPABLE` 0). Children that run another program get a memory that can be dumped, but no core file.
#[cfg(target_os = "linux")]
pub fn harden_process() -> Result<(), HardenError> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).map_err(|code| HardenError {
        action: "switch core dumps off",
        code,
    })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|code| HardenError {
        action: "keep others from reading this process's memory",
        code,
    })
}

/// Nothing to do: elsewhere crash reports hold no memory unless the person asks for it.
#[cfg(not(target_os = "linux"))]
pub fn harden_process() -> Result<(), HardenError> {
    Ok(())
}
