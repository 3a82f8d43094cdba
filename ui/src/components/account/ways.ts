import type { OtherApp } from "../../ipc/bindings";
import { m } from "../../paraglide/messages.js";

/** How each app lets its accounts out. */
export const WAYS: Record<OtherApp, () => string> = {
  aegis: m.way_aegis,
  "and-otp": m.way_and_otp,
  authme: m.way_authme,
  bitwarden: m.way_bitwarden,
  duo: m.way_duo,
  ente: m.way_ente,
  "free-otp": m.way_free_otp,
  "free-otp-plus": m.way_free_otp_plus,
  google: m.way_google,
  "kee-pass": m.way_keepass,
  "last-pass": m.way_lastpass,
  proton: m.way_proton,
  "proton-pass": m.way_proton_pass,
  raivo: m.way_raivo,
  steam: m.way_steam,
  stratum: m.way_stratum,
  "two-fas": m.way_two_fas,
  "win-auth": m.way_win_auth,
};
