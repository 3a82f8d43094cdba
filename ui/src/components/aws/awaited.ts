import type { Awaited } from "../../ipc/bindings";
import { m } from "../../paraglide/messages.js";
import type { Deed } from "../../state/deed.svelte";

const WORDS: Record<Awaited, () => string> = {
  "next-code": m.awaited_next_code,
  "unused-code": m.awaited_unused_code,
  "newer-codes": m.awaited_newer_codes,
  "new-device": m.awaited_new_device,
  "device-everywhere": m.awaited_device_everywhere,
  "free-device": m.awaited_free_device,
  "other-change": m.awaited_other_change,
  "more-requests": m.awaited_more_requests,
  "other-enrolments": m.awaited_other_enrolments,
};

/** What is waited for, and how long. */
export function waiting({ seconds, whatFor }: NonNullable<Deed["waits"]>): string {
  return m.protect_waits({ seconds, reason: WORDS[whatFor]() });
}
