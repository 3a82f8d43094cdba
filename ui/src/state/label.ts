import { m } from "../paraglide/messages.js";
import type { AccountView, Algorithm, AwsPlace, FoundView, QuarantinedView } from "../ipc/bindings";
import { inShort } from "./refusals";

type Labelled = Pick<AccountView, "issuer" | "name" | "aws">;

/** Twelve digits in fours, as the AWS console writes an account id; anything else as it is. */
export function accountId(text: string): string {
  return /^\d{12}$/.test(text) ? text.replace(/(\d{4})(?=\d)/g, "$1 ") : text;
}

/** What an account is called: the AWS account, the issuer, or the name. */
export function heading({ issuer, name, aws }: Labelled): string {
  if (aws) return accountId(aws.account);
  return issuer || name;
}

function awsUser(aws: AwsPlace): string {
  return aws.root ? m.account_root_user() : (aws.user ?? "");
}

/** Who in AWS, and which account where the heading shows only its alias. */
function awsDetail(aws: AwsPlace, serial: string | null): string[] {
  const id = serial?.split(":")[4];
  return [awsUser(aws), id && id !== aws.account && aws.root ? accountId(id) : ""];
}

const joined = (parts: string[]): string => parts.filter(Boolean).join(" · ");

/** The second line of a row. */
export function detail(account: AccountView): string {
  const { aws, counter, type } = account;
  const whom = aws ? awsDetail(aws, account.serial) : [who(account)];
  const count = type === "hotp" && counter !== null ? m.account_counter({ counter }) : "";
  return joined([...whom, count]);
}

const HASHES: Record<Algorithm, string> = { SHA1: "SHA-1", SHA256: "SHA-256", SHA512: "SHA-512" };

/** The parameters that are not the usual ones, such as "SHA-256, 60 s". */
function unusual({ type, algorithm, digits, period }: FoundView): string {
  const parts = [
    type === "hotp" ? m.found_hotp() : "",
    algorithm && algorithm !== "SHA1" ? HASHES[algorithm] : "",
    digits && digits !== 6 && type !== "steam" ? m.found_digits({ digits }) : "",
    period && period !== 30 ? m.found_period({ period }) : "",
  ];
  return parts.filter(Boolean).join(", ");
}

/** Whom it is for, where the heading does not say it. */
export function who({ issuer, name, aws }: Labelled): string {
  if (aws) return awsUser(aws);
  return issuer ? name : "";
}

/** The second line of a found row: whom it is for, and what is not as usual. */
export const foundDetail = (found: FoundView): string => joined([who(found), unusual(found)]);

/** Why an account is set aside. */
export function asideFor({ code, reason }: QuarantinedView): string {
  return inShort({ code, message: reason, remedy: "" });
}

const SOURCES: Record<string, () => string> = {
  clipboard: m.found_in_clipboard,
  screen: m.found_in_screen,
  camera: m.found_in_camera,
  "opened link": m.found_in_link,
  "pasted text": m.found_in_text,
  "typed in": m.found_in_form,
};

/** Where something was found: a file by its name, and what is none in words. */
export function sourceOf({ source }: FoundView): string {
  return SOURCES[source]?.() ?? source;
}

/** Whether an AWS account's alias says that it is a production account. */
export function isProduction(alias: string | null | undefined): boolean {
  return /(^|[-_.])(prod|production|prd|live)($|[-_.])/i.test(alias ?? "");
}
