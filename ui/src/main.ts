import { mount } from "svelte";
import App from "./App.svelte";
import "./styles/base.css";
import mark from "./brand/icon.svg";
import "./components/shared/menu.css";
import { Session } from "./state/session.svelte";

/** So long the first picture waits for what it shows. */
const PATIENCE_MS = 300;

// Without the device behind it (in a browser, for development) the window talks to a stand-in.
// Both conditions are known at build time, so none of it reaches the bundle that is shipped.
if (import.meta.env.DEV || import.meta.env.MODE === "fake") {
  if (!("__TAURI_INTERNALS__" in window)) {
    const { startFakeDevice } = await import("../dev/fake-device");
    startFakeDevice(new URLSearchParams(location.search));
  }
}

const session = new Session();
void session.start();
// To draw a window costs more than to fill it: it is drawn once, with its codes, faces and mark, and not first without
// them. A store that lets it wait, because a person is asked or a disk sleeps, has the window say so.
const faces = ["1em Inter", "1em JetBrains Mono"].map((face) => document.fonts.load(face));
const brand = new Image();
brand.src = mark;
const enough = new Promise((come) => setTimeout(come, PATIENCE_MS));
void Promise.race([Promise.allSettled([session.somethingToShow, brand.decode(), ...faces]), enough]).then(
  () => mount(App, { target: document.body, props: { started: session } }),
);
