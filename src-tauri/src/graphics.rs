//! Machines without a graphics processor.

/// Has the web view draw without DMA-BUF where there is no `/dev/dri`, unless somebody has decided that already. Without
/// a graphics processor that renderer costs 65 MiB and 0.2 s and gives nothing.
///
/// `WebKit` reads the variable when the first web view is made, and its processes inherit it. No other thread may run
/// yet: setting a variable while another one reads it is undefined, here as with `std::env::set_var`.
///
/// `WEBKIT_WEB_RENDER_DEVICE_FILE` and `GDK_GL=disable` together would spare this process OpenGL's software renderer, 25
/// MiB and 0.1 s. But with the first, `WebKit` 2.50 no longer hears what the desktop prefers: dark, more contrast.
#[cfg(target_os = "linux")]
pub fn do_without_dmabuf() -> Result<(), glib::BoolError> {
    if std::path::Path::new("/dev/dri").exists() {
        return Ok(());
    }
    glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false)
}
