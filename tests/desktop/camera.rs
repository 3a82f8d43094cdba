//! A code is held in front of a camera that the test plays, and the camera is on for no moment longer.

use std::fs;
use std::path::{Path, PathBuf};

use image::{GrayImage, Luma};

use crate::accessibility::axe;
use crate::browser::Window;
use crate::desk::Desk;
use crate::machine::{Machine, eventually, in_time};
use crate::support::seed;
use crate::views::paint;

#[tokio::test]
async fn a_code_held_in_front_of_the_camera_is_kept_and_the_camera_goes_off_with_its_picture() {
    in_time(held()).await;
}

async fn held() {
    let machine = Machine::with_keyring();
    let desk = Desk::on(&machine);
    machine.write_settings("{\"close_to_tray\":true}");
    let cameras = Room::on(&machine);
    cameras.shows("Built-in Camera", None);
    cameras.shows("Desk Camera", Some(&seed::uri("Halden Works", "maya")));
    let window = Window::open_in(&machine, &[("LOCKSTEP_TEST_CAMERAS", &cameras.0)]).await;
    window.says("Your codes, in step").await;
    window.click_text("Scan a code").await;

    watch(&window).await;
    assert!(cameras.is_on("Built-in Camera"));
    let mut found = vec![];
    for theme in ["light", "dark"] {
        paint(&window, theme).await;
        found.extend(axe(&window, &format!("the camera, {theme}")).await);
    }
    assert_eq!(found, Vec::<String>::new());
    window.press("Switch it off").await;
    window.gone(PANE).await;
    cameras.go_off();

    watch(&window).await;
    window.press("Camera: Built-in Camera").await;
    window.click("[role='option'][data-label='Desk Camera']").await;
    window.says("Found 1 code").await;
    window.gone(PANE).await;
    cameras.go_off();
    window.press("Keep 1").await;
    window.find("[data-account-id]").await;

    window.press("Add account").await;
    watch(&window).await;
    machine.close_window();
    cameras.go_off();
    desk.click_in_tray("Show Lockstep");
    window.gone(PANE).await;

    watch(&window).await;
    desk.lock_screen();
    window.says("Codes are hidden").await;
    window.gone(PANE).await;
    cameras.go_off();
    let replies = window.replies().await;
    assert!(replies.contains("data:image/jpeg"), "nothing was seen");
    seed::assert_absent(&replies);
}

/// Switches the camera on, and waits for its picture.
async fn watch(window: &Window) {
    window.press("Use the camera").await;
    window.says("Hold the QR code in front of the camera").await;
    window.find(&format!("{PANE} img")).await;
}

/// The folder in which a build for tests finds its cameras.
struct Room(PathBuf);

impl Room {
    fn on(machine: &Machine) -> Self {
        Self(machine.file("cameras"))
    }

    /// Puts a camera there, in front of which this code is held, or nothing.
    fn shows(&self, camera: &str, text: Option<&str>) {
        let folder = self.0.join(camera);
        fs::create_dir_all(&folder).unwrap();
        scene(text, &folder.join("1.png"));
    }

    fn is_on(&self, camera: &str) -> bool {
        self.0.join(format!("{camera}.on")).exists()
    }

    /// Waits until no camera is on.
    fn go_off(&self) {
        eventually("the cameras go off", || {
            let is_on = fs::read_dir(&self.0).unwrap().any(|entry| {
                entry
                    .unwrap()
                    .path()
                    .extension()
                    .is_some_and(|ending| ending == "on")
            });
            (!is_on).then_some(())
        });
    }
}

/// A wall with light from a window, and what is held before it.
fn scene(text: Option<&str>, file: &Path) {
    let mut image = GrayImage::from_fn(1280, 720, |x, y| {
        let light = 60 + (1280 - x) / 12 + (720 - y) / 16;
        Luma([u8::try_from(light).unwrap()])
    });
    if let Some(text) = text {
        let code = image::load_from_memory(&seed::picture(text)).unwrap();
        image::imageops::overlay(&mut image, &code.to_luma8(), 480, 200);
    }
    image.save(file).unwrap();
}

const PANE: &str = ".camera-pane";
