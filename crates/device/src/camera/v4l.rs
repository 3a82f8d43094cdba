//! Cameras by the kernel's own interface, `V4L2`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use linuxvideo::format::{PixFormat, PixelFormat};
use linuxvideo::stream::ReadStream;
use linuxvideo::{BufType, CapabilityFlags, Device};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::frame::{Encoding, Layout};
use super::{CameraError, CameraView, Cameras, Frames};
use crate::qr::panics::quietly;
use crate::qr::pixels::Picture;

/// Where the kernel shows its cameras.
pub(super) struct Devices {
    /// Their files.
    files: PathBuf,
    /// What it says about them.
    facts: PathBuf,
}

impl Default for Devices {
    fn default() -> Self {
        Self {
            files: PathBuf::from("/dev"),
            facts: PathBuf::from("/sys/class/video4linux"),
        }
    }
}

impl Cameras for Devices {
    fn list(&self) -> Result<Vec<CameraView>, CameraError> {
        let cameras: Vec<_> = self
            .nodes()
            .into_iter()
            .filter(|node| self.is_camera(node))
            .map(|node| CameraView {
                name: self.name(&node),
                id: node.display().to_string(),
            })
            .collect();
        if cameras.is_empty() {
            return Err(CameraError::Missing);
        }
        Ok(cameras)
    }

    fn open(&self, id: Option<&str>) -> Result<Box<dyn Frames>, CameraError> {
        let id = match id {
            Some(id) => id.to_owned(),
            None => self.list()?.swap_remove(0).id,
        };
        let path = PathBuf::from(&id);
        let name = self.name(&path);
        // Whatever else is called so is not opened: this one file is to be one of the kernel's list.
        if !self.nodes().contains(&path) {
            return Err(CameraError::Unplugged(name));
        }
        let (stream, layout) = within(&name, || begin(&path))
            .map_err(|error| why(&name, &id, &error))?
            .map_err(|offered| CameraError::Format {
                name: name.clone(),
                offered,
            })?;
        Ok(Box::new(Streaming {
            stream,
            layout,
            name,
            device: id,
        }))
    }
}

impl Devices {
    /// The files that may be cameras, by their numbers.
    fn nodes(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.files).into_iter().flatten();
        let mut nodes: Vec<(u32, PathBuf)> = entries
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let number = path.file_name()?.to_str()?.strip_prefix("video")?.parse().ok()?;
                Some((number, path))
            })
            .collect();
        nodes.sort();
        nodes.into_iter().map(|(_, path)| path).collect()
    }

    /// Whether frames come from there. One that this user may not open is taken for a camera when it is the first file of
    /// its device: the second is for what cameras say about their frames.
    fn is_camera(&self, node: &Path) -> bool {
        match within("", || capabilities(node)) {
            Ok(capabilities) => capabilities.contains(CapabilityFlags::VIDEO_CAPTURE),
            Err(error) => match Errno::from_io_error(&error) {
                Some(Errno::ACCESS | Errno::PERM) => {
                    self.fact(node, "index").is_none_or(|index| index == "0")
                }
                Some(Errno::BUSY) => true,
                _ => false,
            },
        }
    }

    /// What it calls itself, or its file where the kernel does not say.
    fn name(&self, node: &Path) -> String {
        let name = self.fact(node, "name").filter(|name| !name.is_empty());
        name.unwrap_or_else(|| node.display().to_string())
    }

    fn fact(&self, node: &Path, fact: &str) -> Option<String> {
        let bytes = fs::read(self.facts.join(node.file_name()?).join(fact)).ok()?;
        Some(String::from_utf8_lossy(&bytes).trim().to_owned())
    }
}

fn capabilities(node: &Path) -> io::Result<CapabilityFlags> {
    Ok(Device::open(node)?.capabilities()?.device_capabilities())
}

/// Switches a camera on; gives the formats it has where none of them is read.
fn begin(path: &Path) -> io::Result<Result<(ReadStream, Layout), String>> {
    let device = Device::open(path)?;
    let offered: Vec<[u8; 4]> = device
        .formats(BufType::VIDEO_CAPTURE)
        .filter_map(|format| Some(format.ok()?.pixel_format().as_fourcc()))
        .take(MOST_FORMATS)
        .collect();
    let Some(wanted) = preferred(&offered) else {
        return Ok(Err(in_words(&offered)));
    };
    let (width, height) = WANTED_SIZE;
    let format = PixFormat::new(width, height, PixelFormat::from_fourcc(wanted));
    let capture = device.video_capture(format)?;
    let given = capture.format();
    // The driver may have chosen otherwise.
    let fourcc = given.pixel_format().as_fourcc();
    let Some(encoding) = Encoding::of(fourcc) else {
        return Ok(Err(in_words(&[fourcc])));
    };
    let layout = Layout {
        encoding,
        size: (given.width(), given.height()),
        row_bytes: given.bytes_per_line(),
    };
    Ok(Ok((capture.into_stream()?, layout)))
}

/// The format that is asked for, of those that are offered.
fn preferred(offered: &[[u8; 4]]) -> Option<[u8; 4]> {
    let read = offered
        .iter()
        .filter_map(|fourcc| Some((Encoding::of(*fourcc)?.rank(), *fourcc)));
    read.min_by_key(|(rank, _)| *rank).map(|(_, fourcc)| fourcc)
}

fn in_words(formats: &[[u8; 4]]) -> String {
    let names: Vec<_> = formats
        .iter()
        .map(|fourcc| fourcc.escape_ascii().to_string())
        .collect();
    if names.is_empty() {
        "nothing at all".to_owned()
    } else {
        names.join(", ")
    }
}

/// A camera that is on; dropping it switches it off.
struct Streaming {
    stream: ReadStream,
    layout: Layout,
    name: String,
    device: String,
}

impl Frames for Streaming {
    fn name(&self) -> &str {
        &self.name
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Picture>, CameraError> {
        let Self { stream, layout, .. } = self;
        let read = within(&self.name, || {
            if !is_ready(stream, wait)? {
                return Ok(None);
            }
            // A frame that the driver itself calls broken is passed over, as is one that cannot be read.
            stream.dequeue(|view| Ok((!view.is_error()).then(|| layout.picture(&view)).flatten()))
        });
        read.map_err(|error| why(&self.name, &self.device, &error))
    }
}

/// Whether a frame, or the end of the camera, has come within this time.
fn is_ready(stream: &ReadStream, wait: Duration) -> io::Result<bool> {
    let wait = Timespec::try_from(wait).map_err(io::Error::other)?;
    let mut files = [PollFd::new(stream, PollFlags::IN)];
    match poll(&mut files, Some(&wait)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What drivers say is not to be trusted: the library trusts it in places, and panics where it is wrong.
fn within<T>(name: &str, deed: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    quietly(deed).unwrap_or_else(|| {
        Err(io::Error::other(format!(
            "the driver of {name} says what cannot be"
        )))
    })
}

fn why(name: &str, device: &str, error: &io::Error) -> CameraError {
    let name = name.to_owned();
    match Errno::from_io_error(error) {
        Some(Errno::ACCESS | Errno::PERM) => CameraError::Refused {
            name,
            device: device.to_owned(),
        },
        Some(Errno::BUSY) => CameraError::Busy(name),
        Some(Errno::NODEV | Errno::NXIO | Errno::NOENT) => CameraError::Unplugged(name),
        _ => CameraError::Failed {
            name,
            reason: error.to_string(),
        },
    }
}

/// A code with a long link has 60 modules on a side, each of which wants a few pixels.
const WANTED_SIZE: (u32, u32) = (1280, 720);
const MOST_FORMATS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, and what the kernel says about the first.
    fn devices(folder: &Path, files: &[&str]) -> Devices {
        let devices = Devices {
            files: folder.join("dev"),
            facts: folder.join("sys"),
        };
        fs::create_dir_all(devices.facts.join("video0")).unwrap();
        fs::create_dir_all(&devices.files).unwrap();
        fs::write(devices.facts.join("video0/name"), "Integrated Camera\n").unwrap();
        for file in files {
            fs::write(devices.files.join(file), "").unwrap();
        }
        devices
    }

    #[test]
    fn files_are_taken_by_their_numbers_and_called_by_what_the_kernel_says() {
        let folder = tempfile::tempdir().unwrap();
        let devices = devices(folder.path(), &["video10", "video2", "video0", "videos", "null"]);
        let nodes = devices.nodes();
        let names: Vec<_> = nodes.iter().map(|node| node.file_name().unwrap()).collect();
        assert_eq!(names, ["video0", "video2", "video10"]);
        assert_eq!(devices.name(&nodes[0]), "Integrated Camera");
        assert_eq!(devices.name(&nodes[1]), nodes[1].display().to_string());
    }

    #[test]
    fn a_machine_without_a_camera_says_so() {
        let folder = tempfile::tempdir().unwrap();
        // A plain file is none, whatever it is called.
        let devices = devices(folder.path(), &["video0"]);
        assert_eq!(devices.list(), Err(CameraError::Missing));
        assert_eq!(devices.open(None).err(), Some(CameraError::Missing));
        let gone = devices.open(Some("/etc/passwd")).err();
        assert_eq!(gone, Some(CameraError::Unplugged("/etc/passwd".to_owned())));
    }

    #[test]
    fn what_the_kernel_refuses_is_told_apart() {
        let told = |errno: Errno| why("Cam", "/dev/video0", &errno.into());
        let refused = CameraError::Refused {
            name: "Cam".to_owned(),
            device: "/dev/video0".to_owned(),
        };
        assert_eq!(told(Errno::ACCESS), refused);
        assert_eq!(told(Errno::BUSY), CameraError::Busy("Cam".to_owned()));
        assert_eq!(told(Errno::NODEV), CameraError::Unplugged("Cam".to_owned()));
        assert!(matches!(told(Errno::IO), CameraError::Failed { .. }));
    }

    #[test]
    fn a_driver_that_makes_the_library_panic_is_an_error() {
        let outcome: io::Result<()> = within("Cam", || panic!("as the library may"));
        assert!(outcome.unwrap_err().to_string().contains("driver of Cam"));
    }

    #[test]
    fn the_format_that_brings_most_is_asked_for_and_one_that_is_not_read_is_named() {
        assert_eq!(preferred(&[*b"YUYV", *b"MJPG", *b"H264"]), Some(*b"MJPG"));
        assert_eq!(preferred(&[*b"RGB3", *b"YUYV"]), Some(*b"YUYV"));
        assert_eq!(preferred(&[*b"H264"]), None);
        assert_eq!(in_words(&[*b"H264", *b"VP8\0"]), r"H264, VP8\x00");
        assert_eq!(in_words(&[]), "nothing at all");
    }
}
