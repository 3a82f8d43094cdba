//! What codes come from that is no file. The library is told a name, and the window has words of its own for each of these.

/// Whatever a person hands over that is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The clipboard.
    Clipboard,
    /// The screens.
    Screen,
    /// A camera.
    Camera,
    /// A link that the app was started with.
    Link,
    /// Text that was pasted.
    Text,
    /// What was typed into the fields.
    Form,
}

impl Source {
    /// What it is called in a preview.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Clipboard => "clipboard",
            Self::Screen => "screen",
            Self::Camera => "camera",
            Self::Link => "opened link",
            Self::Text => "pasted text",
            Self::Form => "typed in",
        }
    }
}
