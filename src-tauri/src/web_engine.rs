//! What `WebKit` reads of the environment. It does so when the first web view is made, and its processes inherit it.

use std::path::Path;

use glib::BoolError;

/// Decides what `WebKit` leaves to the environment, but for what somebody has decided there already.
///
/// No other thread may run yet: setting a variable while another one reads it is undefined, here as with
/// `std::env::set_var`.
pub fn prepare() -> Result<(), BoolError> {
    interpret_scripts()?;
    if Path::new("/dev/dri").exists() {
        return Ok(());
    }
    draw_without_dmabuf()
}

/// Has scripts interpreted and never compiled. The web view shows codes: without a compiler its process needs no memory
/// that can be written and executed, which most attacks on a browser's engine go through. It takes 10 MiB less, and the
/// page is short enough for it.
fn interpret_scripts() -> Result<(), BoolError> {
    glib::setenv("JSC_useJIT", "0", false)
}

/// Without a graphics processor the DMA-BUF renderer costs 65 MiB and 0.2 s and gives nothing.
///
/// `WEBKIT_WEB_RENDER_DEVICE_FILE` and `GDK_GL=disable` together would spare this process OpenGL's software renderer, 25
/// MiB and 0.1 s. But with the first, `WebKit` 2.50 no longer hears what the desktop prefers: dark, more contrast.
fn draw_without_dmabuf() -> Result<(), BoolError> {
    glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false)
}
