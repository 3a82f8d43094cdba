import CircleDashed from "@lucide/svelte/icons/circle-dashed";
import CircleHelp from "@lucide/svelte/icons/circle-question-mark";
import Fingerprint from "@lucide/svelte/icons/fingerprint";
import KeySquare from "@lucide/svelte/icons/key-square";
import MessageSquare from "@lucide/svelte/icons/message-square";
import Microchip from "@lucide/svelte/icons/microchip";
import Smartphone from "@lucide/svelte/icons/smartphone";
import type { Component } from "svelte";
import type { AwsDevice, DeviceKind, DeviceDeed } from "../../ipc/bindings";
import { m } from "../../paraglide/messages.js";

const KINDS: Record<DeviceKind, { icon: Component; tone: number; name: () => string }> = {
  virtual: { icon: Smartphone, tone: 2, name: m.device_virtual },
  hardware: { icon: Microchip, tone: 4, name: m.device_hardware },
  fido: { icon: Fingerprint, tone: 6, name: m.device_fido },
  sms: { icon: MessageSquare, tone: 5, name: m.device_sms },
  unknown: { icon: CircleHelp, tone: 7, name: m.device_unknown },
};

export function kindName({ kind }: AwsDevice): string {
  return KINDS[kind].name();
}

/** The tile before a device: those whose seed is here stand out, those that are nobody's stand back. */
export function tileOf({ kind, account, user, enabled }: AwsDevice): { icon: Component; tone: number } {
  if (account) return { icon: KeySquare, tone: 1 };
  if (user === null && enabled === null) return { icon: CircleDashed, tone: 7 };
  return KINDS[kind];
}

/** What comes after the last slash of a serial number, which is what the console calls the device. */
export function deviceName(device: Pick<AwsDevice, "serial"> | undefined): string {
  return device?.serial.split("/").at(-1) ?? "";
}

/** What can be done to a device, the likeliest first. */
export function deedsOf(device: AwsDevice, isAssigned: boolean): DeviceDeed[] {
  const isVirtual = device.kind === "virtual";
  if (!isAssigned) return device.account ? ["assign", "delete"] : ["delete"];
  if (device.account) return ["rotate", "resync", "verify", "deactivate", "retire"];
  const makesCodes = isVirtual || device.kind === "hardware";
  return [
    "deactivate",
    ...(makesCodes ? (["resync"] as const) : []),
    ...(isVirtual ? (["retire"] as const) : []),
  ];
}

export const DEEDS: Record<DeviceDeed, () => string> = {
  resync: m.deed_resync,
  rotate: m.deed_rotate,
  verify: m.deed_verify,
  deactivate: m.deed_deactivate,
  delete: m.deed_delete,
  retire: m.deed_retire,
  assign: m.deed_assign,
};

/** What is said before a device is changed for good; nothing for what harms nobody. */
export function warningOf(deed: DeviceDeed, name: string): { title: string; text: string } | null {
  switch (deed) {
    case "rotate":
      return { title: m.ask_rotate({ name }), text: m.ask_rotate_text() };
    case "deactivate":
      return { title: m.ask_deactivate({ name }), text: m.ask_deactivate_text() };
    case "delete":
      return { title: m.ask_delete({ name }), text: m.ask_delete_text() };
    case "retire":
      return { title: m.ask_retire({ name }), text: m.ask_retire_text() };
    case "verify":
    case "resync":
    case "assign":
      return null;
  }
}

export const DONE: Record<DeviceDeed, (words: { name: string }) => string> = {
  resync: m.done_resync,
  rotate: m.done_rotate,
  verify: m.done_verify,
  deactivate: m.done_deactivate,
  delete: m.done_delete,
  retire: m.done_retire,
  assign: m.done_assign,
};
