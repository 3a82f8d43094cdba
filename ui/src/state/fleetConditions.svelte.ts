/** Which users of an account are asked for: those under a path, and those who have each of some tags. */
export class Conditions {
  isOpen = $state(false);
  /** Such as `/staff/`; empty for all. */
  path = $state("");
  /** Such as `team=ops, site=berlin`; empty for all. A comma is in no tag of IAM's. */
  tags = $state("");
  /** What the last reading was asked for. */
  asked = $state.raw<{ path: string | null; tags: string[] }>({ path: null, tags: [] });

  get areAny(): boolean {
    return this.asked.path !== null || this.asked.tags.length > 0;
  }

  /** Takes over what the fields say, for the next reading. */
  take(): void {
    const path = this.path.trim();
    this.asked = { path: path === "" ? null : path, tags: tagsIn(this.tags) };
    this.isOpen = false;
  }

  clear(): void {
    this.path = "";
    this.tags = "";
    this.take();
  }
}

/** Tags in a line, with commas between them. */
export function tagsIn(line: string): string[] {
  return line
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
}
