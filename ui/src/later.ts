// What most starts never show, in one chunk: several would repeat what they share, and compress worse.
export { default as Sheets } from "./components/frame/Sheets.svelte";
export { default as OtherViews } from "./views/OtherViews.svelte";
