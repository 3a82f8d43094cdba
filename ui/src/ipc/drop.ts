import { listen } from "@tauri-apps/api/event";

/** What is being dragged over the window, or was let go: only paths, read by the device. */
export type Drop = { type: "enter" } | { type: "leave" } | { type: "drop"; paths: string[] };

/** Listens for files dragged onto the window; the promise gives the way to stop. Tauri's events are listened to one by
 * one: its class for a web view would bring the whole of its window management into the page. */
export async function onFileDrop(listener: (drop: Drop) => void): Promise<() => void> {
  const stops = await Promise.all([
    listen("tauri://drag-enter", () => listener({ type: "enter" })),
    listen("tauri://drag-leave", () => listener({ type: "leave" })),
    listen<{ paths: string[] }>("tauri://drag-drop", ({ payload }) =>
      listener({ type: "drop", paths: payload.paths }),
    ),
  ]);
  return () => stops.forEach((stop) => stop());
}
