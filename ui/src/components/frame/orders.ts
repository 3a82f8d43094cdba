import type { Sort } from "../../ipc/bindings";
import { m } from "../../paraglide/messages.js";

/** The orders in which accounts can stand. */
export const ORDERS: readonly { value: Sort; label: () => string }[] = [
  { value: "own", label: m.sort_own },
  { value: "name", label: m.sort_name },
  { value: "used", label: m.sort_used },
];

export const orderNow = (sort: Sort): string => ORDERS.find(({ value }) => value === sort)?.label() ?? "";
