// What no first picture shows, but nearly everybody uses: it is loaded once that picture is there.
export { default as AccountMenu } from "./components/account/AccountMenu.svelte";
export { default as SetAsideSheet } from "./components/account/SetAsideSheet.svelte";
export { default as SortMenu } from "./components/frame/SortMenu.svelte";
export { default as Tooltips } from "./components/shared/Tooltips.svelte";
