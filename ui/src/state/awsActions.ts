import CircleCheck from "@lucide/svelte/icons/circle-check";
import KeyRound from "@lucide/svelte/icons/key-round";
import MonitorSmartphone from "@lucide/svelte/icons/monitor-smartphone";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import ShieldPlus from "@lucide/svelte/icons/shield-plus";
import SquareTerminal from "@lucide/svelte/icons/square-terminal";
import Terminal from "@lucide/svelte/icons/terminal";
import Unplug from "@lucide/svelte/icons/unplug";

import { entries, nameOf, type ChoiceEntry } from "./awsChoices";
import type { AwsChoice } from "../ipc/bindings";
import { m } from "../paraglide/messages.js";
import type { AwsTab } from "./awsTabs.svelte";
import type { Action } from "./registry";
import { bold } from "./rich";
import type { Session } from "./session.svelte";

/** What can be done in the AWS view. */
export function awsActions(session: Session): Action[] {
  const { aws } = session;
  const choices = entries(aws.choices).flat();
  return [
    ...choices.filter(({ choice }) => !aws.isConnectedAs(choice)).map((entry) => connecting(session, entry)),
    {
      id: "aws-protect",
      group: "do",
      icon: ShieldPlus,
      label: m.protect_my_user(),
      run: () => show(session, "protect"),
    },
    ...(aws.connection ? connected(session, aws.connection.choice) : []),
    {
      id: "aws-keys",
      group: "do",
      icon: KeyRound,
      label: m.aws_keys(),
      run: () => {
        session.view = "aws";
        aws.isShowingKeys = true;
      },
    },
    ...tabs(session),
  ];
}

function show(session: Session, tab: AwsTab): void {
  session.awsTabs.current = tab;
  session.view = "aws";
}

function connecting(session: Session, { choice, icon, name }: ChoiceEntry): Action {
  return {
    id: `aws-connect-${choice.kind}-${name}`,
    group: "do",
    icon,
    label: m.aws_connect_as({ name }),
    run: () => {
      void session.aws.connect(choice);
      // The fleet is of whoever is connected, too.
      if (session.view !== "fleet") session.view = "aws";
    },
  };
}

function connected(session: Session, choice: AwsChoice): Action[] {
  const { aws, awsTabs } = session;
  const name = nameOf(choice);
  return [
    {
      id: "aws-session",
      group: "do",
      icon: SquareTerminal,
      label: m.session_get_for({ name }),
      run: () => {
        show(session, "sessions");
        void session.attempt(async () => {
          await awsTabs.sessions.renew({ choice, serial: null });
          session.say(CircleCheck, m.session_renewed({ name: bold(name) }));
        });
      },
    },
    {
      id: "aws-again",
      group: "do",
      icon: RefreshCw,
      label: m.aws_ask_again(),
      run: () => void aws.askAgain(),
    },
    {
      id: "aws-disconnect",
      group: "do",
      icon: Unplug,
      label: m.act_disconnect(),
      run: () => void session.attempt(() => aws.disconnect()),
    },
  ];
}

function tabs(session: Session): Action[] {
  const all = [
    { tab: "devices", icon: MonitorSmartphone, label: m.tab_devices() },
    { tab: "pair", icon: Terminal, label: m.tab_pair() },
    { tab: "sessions", icon: SquareTerminal, label: m.tab_sessions() },
  ] as const;
  return all.map(({ tab, icon, label }) => ({
    id: `aws-${tab}`,
    group: "go",
    icon,
    label: m.act_in_view({ view: m.view_aws(), action: label }),
    run: () => show(session, tab),
  }));
}
