//! Cameras for tests of the programs themselves: each folder in a folder is one, and shows the last of its pictures.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{CameraError, CameraView, Cameras, Frames};
use crate::qr::pixels::Picture;

/// The folder of the cameras' folders.
pub(super) struct Folder(pub(super) PathBuf);

/// A camera that is on. The file `on` beside its folder says so for as long.
struct Playing {
    name: String,
    folder: PathBuf,
    light: PathBuf,
}

impl Cameras for Folder {
    fn list(&self) -> Result<Vec<CameraView>, CameraError> {
        let folders = sorted(&self.0).into_iter().filter(|path| path.is_dir());
        let cameras: Vec<_> = folders
            .filter_map(|path| {
                let name = path.file_name()?.to_str()?.to_owned();
                Some(CameraView {
                    id: name.clone(),
                    name,
                })
            })
            .collect();
        if cameras.is_empty() {
            return Err(CameraError::Missing);
        }
        Ok(cameras)
    }

    fn open(&self, id: Option<&str>) -> Result<Box<dyn Frames>, CameraError> {
        let first = self.list()?.into_iter().next().map(|camera| camera.id);
        let name = id.map(str::to_owned).or(first).ok_or(CameraError::Missing)?;
        let folder = self.0.join(&name);
        if !folder.is_dir() {
            return Err(CameraError::Unplugged(name));
        }
        let light = self.0.join(format!("{name}.on"));
        // As the kernel does it: whoever comes second is refused.
        fs::File::create_new(&light).map_err(|_| CameraError::Busy(name.clone()))?;
        Ok(Box::new(Playing { name, folder, light }))
    }
}

impl Frames for Playing {
    fn name(&self) -> &str {
        &self.name
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Picture>, CameraError> {
        if !self.folder.is_dir() {
            return Err(CameraError::Unplugged(self.name.clone()));
        }
        std::thread::sleep(wait);
        let last = sorted(&self.folder).pop();
        let bytes = last.and_then(|path| fs::read(path).ok()).unwrap_or_default();
        Ok(Picture::from_bytes(&bytes).ok())
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.light) {
            tracing::debug!(%error, "the light of a test's camera stays on");
        }
    }
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    paths
}
