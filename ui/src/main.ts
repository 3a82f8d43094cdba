import { mount } from "svelte";
import App from "./App.svelte";
import "./styles/base.css";
import "./components/shared/menu.css";

// Without the device behind it (in a browser, for development) the window talks to a stand-in.
// Both conditions are known at build time, so none of it reaches the bundle that is shipped.
if (import.meta.env.DEV || import.meta.env.MODE === "fake") {
  if (!("__TAURI_INTERNALS__" in window)) {
    const { startFakeDevice } = await import("../dev/fake-device");
    startFakeDevice(new URLSearchParams(location.search));
  }
}

mount(App, { target: document.body });
