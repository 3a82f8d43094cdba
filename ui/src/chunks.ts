let drawn: Promise<void> | undefined;

/** What is loaded once the first picture is there. */
export async function soon(): Promise<typeof import("./soon")> {
  // A frame is drawn after its callbacks.
  drawn ??= new Promise((come) => requestAnimationFrame(() => setTimeout(come)));
  await drawn;
  return import("./soon");
}

/** What is loaded when it is asked for. */
export const later = (): Promise<typeof import("./later")> => import("./later");

/** What stands before the accounts, while they are not open. */
export const gate = (): Promise<typeof import("./views/GateView.svelte")> =>
  import("./views/GateView.svelte");
