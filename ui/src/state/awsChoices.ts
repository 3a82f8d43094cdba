import KeyRound from "@lucide/svelte/icons/key-round";
import Server from "@lucide/svelte/icons/server";
import Terminal from "@lucide/svelte/icons/terminal";
import UserRound from "@lucide/svelte/icons/user-round";
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";
import type { AwsChoice, AwsChoices, ConnectionView, ProfileChoice } from "../ipc/bindings";
import { m } from "../paraglide/messages.js";

export type ChoiceEntry = { choice: AwsChoice; icon: Component; name: string; detail: string };

/** Everything there is to choose from, in groups that stand apart; nothing before that is known. */
export function entries(choices: AwsChoices | null): ChoiceEntry[][] {
  if (!choices) return [];
  const profiles = choices.profiles.map((profile) => ({
    choice: { kind: "profile", name: profile.name } as const,
    icon: profile.role_arn ? Users : UserRound,
    name: profile.name,
    detail: ofProfile(profile),
  }));
  const stored = choices.stored.map((name) => ({
    choice: { kind: "keys", name } as const,
    icon: KeyRound,
    name,
    detail: m.aws_choice_stored(),
  }));
  const environment = {
    choice: { kind: "environment" } as const,
    icon: Terminal,
    name: m.aws_choice_environment(),
    detail: choices.environment ?? "",
  };
  const practice = choices.practice.map((name) => ({
    choice: { kind: "practice", name } as const,
    icon: Server,
    name: m.aws_choice_practice({ user: name }),
    detail: m.aws_choice_practice_detail(),
  }));
  const here = choices.environment ? [environment] : [];
  return [profiles, stored, [...here, ...practice]].filter((group) => group.length > 0);
}

/** What was chosen, as its entry is called. */
export function nameOf(choice: AwsChoice): string {
  if (choice.kind === "environment") return m.aws_choice_environment();
  return choice.kind === "practice" ? m.aws_choice_practice({ user: choice.name }) : choice.name;
}

/** Who the credentials make of us. */
export function whoOf({ principal, arn }: ConnectionView): string {
  if (principal.kind === "user") return principal.user;
  if (principal.kind === "role") return principal.role;
  return principal.kind === "root" ? m.account_chip_root() : arn;
}

/** A twelve-digit account id in groups of four. */
export function grouped(account: string): string {
  return account.replace(/^(\d{4})(\d{4})(\d{4})$/, "$1 $2 $3");
}

function ofProfile({ role_arn, source_profile, mfa_serial }: ProfileChoice): string {
  if (!role_arn) return m.aws_choice_profile();
  const role = role_arn.split("/").at(-1) ?? role_arn;
  if (!source_profile) return role;
  const said = { role, profile: source_profile };
  return mfa_serial ? m.aws_choice_role_with_code(said) : m.aws_choice_role(said);
}
