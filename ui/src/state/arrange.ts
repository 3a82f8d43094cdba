import type { AccountView, Sort } from "../ipc/bindings";
import { heading } from "./label";

const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The words somebody looks for; every one of them must be found. */
export function terms(query: string): string[] {
  return fold(query).split(/\s+/).filter(Boolean);
}

const haystacks = new WeakMap<AccountView, string>();

/** Everything of an account that is searched, folded once per account. */
function haystack(account: AccountView): string {
  const text = haystacks.get(account) ?? searched(account);
  haystacks.set(account, text);
  return text;
}

function searched({ issuer, name, tags, serial, aws }: AccountView): string {
  return fold(
    [issuer, name, ...tags, ...tags.map((tag) => `#${tag}`), serial, aws?.account, aws?.user].join("\n"),
  );
}

const order: Record<Sort, (one: AccountView, other: AccountView) => number> = {
  own: () => 0,
  name: (one, other) => heading(one).localeCompare(heading(other)) || one.name.localeCompare(other.name),
  used: (one, other) => (other.last_used ?? 0) - (one.last_used ?? 0),
};

/** The accounts that match, sorted; pinned ones stand first in every order. */
export function arrange(accounts: AccountView[], query: string, sort: Sort): AccountView[] {
  const wanted = terms(query);
  const found = wanted.length
    ? accounts.filter((account) => {
        const text = haystack(account);
        return wanted.every((term) => text.includes(term));
      })
    : accounts;
  return found.toSorted((one, other) => Number(other.pinned) - Number(one.pinned) || order[sort](one, other));
}

export type Mark = { text: string; hit: boolean };

/** A text in pieces, with what was looked for marked. */
export function marks(text: string, query: string): Mark[] {
  const wanted = terms(query);
  if (!wanted.length) return [{ text, hit: false }];
  const folded = fold(text);
  // Where folding changes the length (such as "ﬁ"), places no longer match: then nothing is marked.
  if (folded.length !== text.length) return [{ text, hit: false }];
  const pieces: Mark[] = [];
  let from = 0;
  while (from < text.length) {
    const hit = wanted
      .map((term) => ({ at: folded.indexOf(term, from), length: term.length }))
      .filter(({ at }) => at >= 0)
      .sort((one, other) => one.at - other.at || other.length - one.length)[0];
    if (!hit) break;
    if (hit.at > from) pieces.push({ text: text.slice(from, hit.at), hit: false });
    pieces.push({ text: text.slice(hit.at, hit.at + hit.length), hit: true });
    from = hit.at + hit.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hit: false });
  return pieces;
}
