/** The keys of an event as the device writes a shortcut, such as "Ctrl+Alt+L"; nothing while there is no key for one. */
export function shortcutOf(event: KeyboardEvent): string | null {
  const key = keyOf(event);
  if (key === null) return null;
  const held = [
    event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
    event.metaKey && "Super",
  ].filter((name) => name !== false);
  return [...held, key].join("+");
}

/** What stands on the key where that is a Latin letter or a figure, else where the key is on the keyboard. */
function keyOf({ key, code }: KeyboardEvent): string | null {
  if (/^[a-z0-9]$/i.test(key)) return key.toUpperCase();
  if (/^F([1-9]|1\d|2[0-4])$/.test(key)) return key;
  if (code === "Space") return "Space";
  return /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1] ?? null;
}
