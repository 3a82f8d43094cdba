//! The camera: codes seen in it are looked at like those of a picture, and it is off whenever nobody can see that it is on.

use std::io::Cursor;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use image::{GrayImage, ImageFormat, Luma};
use lockstep_desktop::camera::CameraLook;
use lockstep_desktop::error::CommandError;
use lockstep_device::camera::{CameraError, CameraView, Cameras, Frames};
use lockstep_device::qr::decode::{Cancel, DecodeError, DecodeLimits, decode};
use lockstep_device::qr::pixels::Picture;

use crate::desk::{Desk, PATIENCE};
use crate::support::seed;

/// What a camera does next.
enum Next {
    Shows(Vec<u8>),
    Fails(CameraError),
    Panics,
}

/// Two cameras that are one: they show what is fed, and say when they are let go of.
struct Room {
    /// Taken by whoever switches one on, and given back.
    frames: Arc<Mutex<Option<Receiver<Next>>>>,
    released: Mutex<Sender<String>>,
}

struct On {
    name: String,
    frames: Option<Receiver<Next>>,
    /// What it goes on to show.
    last: Option<Vec<u8>>,
    room: Arc<Mutex<Option<Receiver<Next>>>>,
    released: Sender<String>,
}

impl Cameras for Room {
    fn list(&self) -> Result<Vec<CameraView>, CameraError> {
        let camera = |name: &str| CameraView {
            id: name.to_owned(),
            name: name.to_owned(),
        };
        Ok(vec![camera("first"), camera("second")])
    }

    fn open(&self, id: Option<&str>) -> Result<Box<dyn Frames>, CameraError> {
        let name = id.unwrap_or("first").to_owned();
        let frames = self.frames.lock().unwrap().take();
        Ok(Box::new(On {
            frames: Some(frames.ok_or_else(|| CameraError::Busy(name.clone()))?),
            name,
            last: None,
            room: Arc::clone(&self.frames),
            released: self.released.lock().unwrap().clone(),
        }))
    }
}

impl Frames for On {
    fn name(&self) -> &str {
        &self.name
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Picture>, CameraError> {
        match self.frames.as_ref().unwrap().recv_timeout(wait) {
            Ok(Next::Shows(bytes)) => self.last = Some(bytes),
            Ok(Next::Fails(error)) => return Err(error),
            Ok(Next::Panics) => panic!("as a library may"),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        let last = self.last.as_deref();
        Ok(last.map(|bytes| Picture::from_bytes(bytes).unwrap()))
    }
}

impl Drop for On {
    fn drop(&mut self) {
        *self.room.lock().unwrap() = self.frames.take();
        self.released.send(self.name.clone()).ok();
    }
}

/// A desk with that room.
struct Scene {
    desk: Desk,
    feed: Sender<Next>,
    released: Receiver<String>,
    /// Where another program could take them from.
    frames: Arc<Mutex<Option<Receiver<Next>>>>,
}

impl Scene {
    fn new() -> Self {
        let (feed, frames) = channel();
        let (release, released) = channel();
        let frames = Arc::new(Mutex::new(Some(frames)));
        let room = Room {
            frames: Arc::clone(&frames),
            released: Mutex::new(release),
        };
        Self {
            desk: Desk::with_cameras(Arc::new(room)),
            feed,
            released,
            frames,
        }
    }

    fn shows(&self, picture: Vec<u8>) {
        self.feed.send(Next::Shows(picture)).unwrap();
    }

    /// Looks until something else comes than a glimpse, and gives it with what was shown before.
    fn looks(&self) -> (Result<CameraLook, CommandError>, Vec<String>) {
        let mut shown = vec![];
        loop {
            match self.desk.shell.look().map_err(CommandError::from) {
                Ok(CameraLook::Glimpse { picture }) => shown.push(picture),
                Ok(CameraLook::Waiting) => {}
                other => return (other, shown),
            }
        }
    }

    fn is_released(&self) -> String {
        self.released.recv_timeout(PATIENCE).unwrap()
    }
}

#[test]
fn codes_seen_by_the_camera_are_offered_like_those_of_a_picture_and_no_frame_of_them_is_shown() {
    let scene = Scene::new();
    scene.desk.shell.open_camera(None).unwrap();
    scene.shows(blank());
    scene.shows(two_codes());
    let (end, shown) = scene.looks();
    assert_eq!(scene.is_released(), "first");
    let Ok(CameraLook::Found { preview }) = end else {
        panic!("nothing was found: {end:?}")
    };
    let mut issuers: Vec<_> = preview
        .found
        .iter()
        .filter_map(|found| found.issuer.clone())
        .collect();
    issuers.sort();
    assert_eq!(issuers, ["GitHub", "Halden"]);
    assert!(preview.found.iter().all(|found| found.source == "camera"));
    for picture in &shown {
        let (_, base64) = picture.split_once(',').unwrap();
        let jpeg = data_encoding::BASE64.decode(base64.as_bytes()).unwrap();
        let picture = Picture::from_bytes(&jpeg).unwrap();
        let read = decode(picture, &DecodeLimits::default(), &Cancel::new());
        assert!(matches!(read, Err(DecodeError::NotFound { .. })));
    }
    seed::assert_absent(&serde_json::to_string(&(preview, shown)).unwrap());
    assert!(matches!(scene.desk.shell.look(), Ok(CameraLook::Off)));
    let kept = scene.desk.shell.keep(&[0, 1]).unwrap();
    assert_eq!(kept.len(), 2);
}

#[test]
fn a_camera_that_may_not_be_used_or_is_in_use_says_what_to_do() {
    let desk = Desk::new();
    let refused = desk
        .shell
        .open_camera(None)
        .map_err(CommandError::from)
        .unwrap_err();
    assert_eq!(refused.code, "camera-missing");

    let scene = Scene::new();
    let gone = CameraError::Unplugged("first".to_owned());
    let denied = CameraError::Refused {
        name: "first".to_owned(),
        device: "/dev/video0".to_owned(),
    };
    for (error, code, remedy) in [
        (gone, "camera-unplugged", "Connect it"),
        (denied, "camera-refused", "`video`"),
    ] {
        scene.desk.shell.open_camera(None).unwrap();
        scene.feed.send(Next::Fails(error)).unwrap();
        let refused = scene.looks().0.unwrap_err();
        assert_eq!(refused.code, code);
        assert!(refused.remedy.contains(remedy), "{}", refused.remedy);
    }
    let _elsewhere = scene.frames.lock().unwrap().take();
    let refused = scene
        .desk
        .shell
        .open_camera(None)
        .map_err(CommandError::from)
        .unwrap_err();
    assert_eq!(refused.code, "camera-busy");
}

#[test]
fn the_camera_goes_off_when_it_is_closed_when_adding_is_given_up_and_when_the_accounts_are_locked() {
    let scene = Scene::new();
    let shell = &scene.desk.shell;
    let ways: [fn(&Desk); 3] = [
        |desk| desk.shell.close_camera(),
        |desk| desk.shell.discard_preview(),
        |desk| desk.shell.lock(),
    ];
    for way in ways {
        shell.open_camera(None).unwrap();
        way(&scene.desk);
        assert_eq!(scene.is_released(), "first");
    }
    let refused = shell.look().map_err(CommandError::from).unwrap_err();
    assert_eq!(refused.code, "not-open");
    scene.desk.unlock();
    assert!(matches!(shell.look(), Ok(CameraLook::Off)));
}

#[test]
fn what_was_seen_before_the_accounts_were_locked_is_forgotten() {
    let scene = Scene::new();
    scene.desk.shell.open_camera(None).unwrap();
    scene.shows(two_codes());
    scene.is_released();
    scene.desk.shell.lock();
    scene.desk.unlock();
    assert!(matches!(scene.desk.shell.look(), Ok(CameraLook::Off)));
    assert!(scene.desk.shell.preview().unwrap().found.is_empty());
}

#[test]
fn a_window_that_asks_for_nothing_any_more_leaves_no_camera_on() {
    let scene = Scene::new();
    scene.desk.shell.open_camera(None).unwrap();
    for _ in 0..60 {
        scene.shows(tiny());
    }
    assert_eq!(scene.is_released(), "first");
    assert!(matches!(scene.looks().0, Ok(CameraLook::Off)));
}

#[test]
fn a_camera_is_off_and_let_go_of_where_looking_through_it_breaks_off() {
    let scene = Scene::new();
    scene.desk.shell.open_camera(None).unwrap();
    scene.feed.send(Next::Panics).unwrap();
    assert_eq!(scene.is_released(), "first");
    assert!(matches!(scene.looks().0, Ok(CameraLook::Off)));
}

#[test]
fn another_camera_is_switched_on_once_the_first_is_let_go_of() {
    let scene = Scene::new();
    let names: Vec<_> = scene
        .desk
        .shell
        .cameras()
        .unwrap()
        .into_iter()
        .map(|camera| camera.name)
        .collect();
    assert_eq!(names, ["first", "second"]);
    scene.desk.shell.open_camera(Some("first")).unwrap();
    scene.desk.shell.open_camera(Some("second")).unwrap();
    assert_eq!(scene.is_released(), "first");
    scene.desk.shell.close_camera();
    assert_eq!(scene.is_released(), "second");
}

fn two_codes() -> Vec<u8> {
    let other = seed::uri("GitHub", "maya").replace("KRUG", "JBSW");
    frame(640, 480, &[seed::uri("Halden", "maya"), other])
}

fn blank() -> Vec<u8> {
    frame(640, 480, &[])
}

/// So small that it is looked through at once.
fn tiny() -> Vec<u8> {
    frame(8, 8, &[])
}

/// What a camera sees, with the codes of these texts side by side.
fn frame(width: u32, height: u32, texts: &[String]) -> Vec<u8> {
    let mut image = GrayImage::from_pixel(width, height, Luma([160]));
    for (text, left) in texts.iter().zip([10, 330]) {
        let code = image::load_from_memory(&seed::picture(text)).unwrap();
        image::imageops::overlay(&mut image, &code.to_luma8(), left, 90);
    }
    let mut png = Cursor::new(vec![]);
    image.write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}
