//! Machines without a graphics processor.

use std::io;

/// Starts this program anew with `WEBKIT_DISABLE_DMABUF_RENDERER=1` where there is no `/dev/dri`, unless that variable
/// is set already; returns only when there is nothing to do or the new start failed. Without a graphics processor the
/// web view's DMA-BUF renderer costs 65 MiB and 0.2 s and gives nothing; the new start costs 0.07 s, most of it spent on
/// loading the libraries twice.
///
/// The variable has to be there before GTK and the web view read it, and setting one in a running process is unsafe,
/// because another thread may be reading it (`std::env::set_var`).
#[cfg(target_os = "linux")]
pub fn restart_without_dmabuf() -> io::Result<()> {
    use std::os::unix::process::CommandExt;
    use std::path::Path;

    if std::env::var_os(VARIABLE).is_some() || Path::new("/dev/dri").exists() {
        return Ok(());
    }
    let mut arguments = std::env::args_os();
    let mut command = std::process::Command::new(std::env::current_exe()?);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    Err(command.args(arguments).env(VARIABLE, "1").exec())
}

/// Other systems draw through their own web views.
#[cfg(not(target_os = "linux"))]
pub fn restart_without_dmabuf() -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
