import type { Attachment } from "svelte/attachments";
import type { AccountId, AccountView } from "../../ipc/bindings";

type Sight = { enter: (account: AccountView) => void; leave: (id: AccountId) => void };
export type Watch = (account: AccountView) => Attachment<HTMLElement>;

/** Tells which rows can be seen in `scroller`, with one observer for all of them. */
export function createWatch(scroller: HTMLElement, sight: Sight): Watch {
  const accounts = new Map<Element, AccountView>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const account = accounts.get(target);
        if (account && isIntersecting) sight.enter(account);
        else if (account) sight.leave(account.id);
      }
    },
    // One row beyond each edge, so that a row that is scrolled in has its code already.
    { root: scroller, rootMargin: "72px 0px" },
  );
  return (account) => (element) => {
    accounts.set(element, account);
    observer.observe(element);
    return () => {
      observer.unobserve(element);
      accounts.delete(element);
      sight.leave(account.id);
    };
  };
}
