//! Ten thousand accounts, scrolled from end to end.

use serde_json::Value;

use crate::browser::Window;
use crate::machine::Machine;
use crate::seeding::{self, PASSPHRASE};

/// Prints how long the frames of a scroll through all accounts took.
pub(crate) fn report() {
    let machine = Machine::without_keyring();
    seeding::store_accounts(&machine, 10_000, "vault");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let frames = runtime.block_on(scrolled(&machine));
    let long = frames.iter().filter(|frame| **frame > 50.0).count();
    let longest = frames.iter().copied().fold(0.0, f64::max);
    println!(
        "  scrolled from end to end and back in {} frames, {long} of them over 50 ms, the longest {longest:.0} ms, \
         target none over 50 ms",
        frames.len()
    );
}

async fn scrolled(machine: &Machine) -> Vec<f64> {
    let window = Window::open(machine).await;
    window
        .write("input[aria-label='Vault passphrase']", PASSPHRASE)
        .await;
    window.press("Unlock").await;
    window.find("[data-account-id]").await;
    window.run(SCROLL).await;
    let frames = window
        .until(
            "the end of the list and back",
            "return window.lockstepFrames ?? null",
        )
        .await;
    let Value::Array(frames) = frames else {
        panic!("no frames: {frames}")
    };
    frames.iter().map(|frame| frame.as_f64().unwrap()).collect()
}

/// Small steps as a wheel makes them, then leaps as the scroll bar's handle makes them. Each frame takes from one
/// request for a frame to the next.
const SCROLL: &str = "
    let scroller = document.querySelector('[data-account-id]');
    while (scroller.scrollHeight <= scroller.clientHeight || !/auto|scroll/.test(getComputedStyle(scroller).overflowY))
      scroller = scroller.parentElement;
    const end = scroller.scrollHeight - scroller.clientHeight;
    const places = [];
    for (let at = 0; at < 120; at += 1) places.push(at * 110);
    for (let at = 0; at <= 60; at += 1) places.push((end * at) / 60);
    for (let at = 60; at >= 0; at -= 1) places.push((end * at) / 60);
    const frames = [];
    let last;
    const step = (now) => {
      if (last !== undefined) frames.push(now - last);
      last = now;
      const place = places.shift();
      if (place === undefined) { window.lockstepFrames = frames; return; }
      scroller.scrollTop = place;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);";
