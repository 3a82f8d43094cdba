import { getCurrentWebview } from "@tauri-apps/api/webview";

/** What is being dragged over the window, or was let go: only paths, read by the device. */
export type Drop = { type: "enter" } | { type: "leave" } | { type: "drop"; paths: string[] };

/** Listens for files dragged onto the window; the promise gives the way to stop. */
export function onFileDrop(listener: (drop: Drop) => void): Promise<() => void> {
  return getCurrentWebview().onDragDropEvent(({ payload }) => {
    if (payload.type === "enter" || payload.type === "leave") listener({ type: payload.type });
    if (payload.type === "drop") listener({ type: "drop", paths: payload.paths });
  });
}
