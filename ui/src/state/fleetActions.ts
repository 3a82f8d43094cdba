import Brush from "@lucide/svelte/icons/brush-cleaning";
import FileDown from "@lucide/svelte/icons/file-down";
import History from "@lucide/svelte/icons/history";
import Layers from "@lucide/svelte/icons/layers";
import ListFilter from "@lucide/svelte/icons/list-filter";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import ScanSearch from "@lucide/svelte/icons/scan-search";
import ShieldAlert from "@lucide/svelte/icons/shield-alert";
import Undo2 from "@lucide/svelte/icons/undo-2";
import UserRoundPlus from "@lucide/svelte/icons/user-round-plus";
import type { Component } from "svelte";

import type { FleetFormat } from "../ipc/bindings";
import { m } from "../paraglide/messages.js";
import type { Action } from "./registry";
import type { Session } from "./session.svelte";

/** What can be done for all users of an account, once somebody is connected. */
export function fleetActions(session: Session): Action[] {
  const { aws, fleet } = session;
  if (!aws.connection) return [];
  const action = (id: string, icon: Component, label: string, run: () => Promise<unknown>): Action => ({
    id: `fleet-${id}`,
    group: "do",
    icon,
    label: m.act_in_view({ view: m.view_fleet(), action: label }),
    run: () => {
      session.view = "fleet";
      void session.attempt(run);
    },
  });
  const whoever = fleet.activeUser;
  return [
    action("read", RefreshCw, m.fleet_read_again(), () => fleet.read()),
    action("read-exactly", ScanSearch, m.fleet_read_exactly(), () => fleet.read(true)),
    action("conditions", ListFilter, m.fleet_conditions(), async () => (fleet.conditions.isOpen = true)),
    action("accounts", Layers, m.fleet_accounts(), async () => fleet.accounts.open()),
    ...(fleet.isSeveral ? [action("own", Undo2, m.fleet_accounts_back(), () => fleet.readOwn())] : []),
    action("runs", History, m.fleet_runs(), () => fleet.runs.list()),
    action("sweep", Brush, m.fleet_sweep(), () => fleet.sweeping.open()),
    ...(fleet.count("no-mfa") > 0
      ? [action("enrol", UserRoundPlus, m.act_fleet_enrol(), async () => fleet.enrolUnprotected())]
      : []),
    ...(whoever
      ? [
          action("lost-phone", ShieldAlert, m.fleet_more({ name: fleet.idOf(whoever) }), () =>
            fleet.recovering.open(whoever),
          ),
        ]
      : []),
    ...(fleet.view
      ? FLEET_REPORTS.map(({ format, label }) =>
          action(`report-${format}`, FileDown, label(), () => saveFleetReport(session, format)),
        )
      : []),
  ];
}

export const FLEET_REPORTS: readonly { format: FleetFormat; label: () => string }[] = [
  { format: "csv", label: m.fleet_report_csv },
  { format: "json", label: m.fleet_report_json },
  { format: "html", label: m.fleet_report_html },
];

/** Lets the person name a file for the report, and says where it is. */
export async function saveFleetReport(session: Session, format: FleetFormat): Promise<void> {
  const path = await session.fleet.saveReport(format);
  if (path !== null) session.say(FileDown, m.fleet_report_saved({ path }));
}
