import type { AccountView, FoundView, OtpKind, Settings, SurroundingsView } from "../src/ipc/bindings";

type Sample = Partial<AccountView> & { name: string };

const ACCOUNT: AccountView = {
  id: "",
  issuer: null,
  name: "",
  type: "totp",
  algorithm: "SHA1",
  digits: 6,
  period: 30,
  counter: null,
  tags: [],
  note: "",
  pinned: false,
  serial: null,
  aws: null,
  added: 1_700_000_000,
  last_used: null,
  trashed: null,
  unchecked_since: null,
  practice: false,
};

const aws = (account: string, user: string | null): Sample => ({
  issuer: "Amazon Web Services",
  name: user ?? "root",
  aws: { account, user, root: user === null },
});

/** The accounts of the drawings, and the codes they show. */
const SAMPLES: { sample: Sample; code: string; next: string }[] = [
  {
    sample: {
      ...aws("halden-prod", null),
      pinned: true,
      serial: "arn:aws:iam::123456789012:mfa/root-account-mfa-device",
    },
    code: "417092",
    next: "663018",
  },
  {
    sample: { ...aws("halden-prod", "maya.lindqvist"), pinned: true, last_used: 1 },
    code: "305581",
    next: "918552",
  },
  { sample: aws("halden-staging", "maya.lindqvist"), code: "720446", next: "081593" },
  { sample: { issuer: "Halden VPN", name: "m.lindqvist", period: 20 }, code: "058213", next: "940776" },
  { sample: { issuer: "Proton", name: "maya.lindqvist@proton.example" }, code: "662190", next: "109337" },
  {
    sample: {
      issuer: "Bundesamt für Logistik und Mobilität – Elektronischer Frachtbrief (Testumgebung)",
      name: "maya.lindqvist+frachtbrief-integration@halden-freight.example",
      digits: 8,
    },
    code: "48172093",
    next: "11902837",
  },
  {
    sample: { issuer: "Yard gate terminal", name: "badge 0417", type: "hotp", period: null, counter: 128 },
    code: "",
    next: "",
  },
  { sample: { issuer: "GitHub", name: "mlindqvist", tags: ["work"] }, code: "564930", next: "778120" },
  { sample: { issuer: "GitLab", name: "maya.lindqvist@halden.example" }, code: "831207", next: "220946" },
  { sample: { issuer: "Cloudflare", name: "platform@halden.example" }, code: "009364", next: "518802" },
  { sample: { issuer: "بنك الأردن", name: "مايا ليندكفيست" }, code: "276648", next: "930175" },
  { sample: { issuer: "Steam", name: "maya_plays", type: "steam", digits: 5 }, code: "R7K2M", next: "9PQTV" },
];

const ISSUERS = [
  "Okay Mail",
  "Netbird",
  "Discord",
  "Dropbox",
  "Linear",
  "Sentry",
  "Hetzner",
  "Fastmail",
  "Stripe",
];

export type SampleAccount = { account: AccountView; code: string; next: string };

/** As many accounts as asked for: those of the drawings first. */
export function sampleAccounts(count: number): SampleAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const drawn = SAMPLES[index];
    const id = index.toString(16).padStart(32, "0");
    if (drawn) return { account: { ...ACCOUNT, ...drawn.sample, id }, code: drawn.code, next: drawn.next };
    const issuer = ISSUERS[index % ISSUERS.length] ?? "";
    return { account: { ...ACCOUNT, id, issuer, name: `user${index}@halden.example` }, code: "", next: "" };
  });
}

const FOUND: Omit<FoundView, "row"> = {
  source: "payroll.png",
  issuer: null,
  name: "",
  type: "totp" as OtpKind,
  algorithm: "SHA1",
  digits: 6,
  period: 30,
  aws: null,
  code: null,
  valid_until: null,
  warnings: [],
  finding: { kind: "keepable" },
};

/** What two pictures held, one row of each kind. */
export function sampleFound(validUntil: number): Omit<FoundView, "row">[] {
  return [
    {
      ...FOUND,
      issuer: "Amazon Web Services",
      name: "maya.lindqvist",
      aws: { account: "halden-sandbox", user: "maya.lindqvist", root: false },
      code: "190482",
      valid_until: validUntil,
    },
    {
      ...FOUND,
      issuer: "Netbird",
      name: "maya@halden.example",
      algorithm: "SHA256",
      period: 60,
      code: "774016",
      valid_until: validUntil,
      warnings: [
        {
          name: "short-secret",
          message: "The secret is 10 bytes. RFC 4226 asks for 16 or more; it works, but it is weak.",
        },
      ],
    },
    {
      ...FOUND,
      issuer: "GitHub",
      name: "mlindqvist",
      code: "564930",
      valid_until: validUntil,
      finding: { kind: "already-here", id: "7".padStart(32, "0"), label: "GitHub" },
    },
    {
      ...FOUND,
      source: "payroll.png, second code",
      type: null,
      algorithm: null,
      digits: null,
      period: null,
      finding: {
        kind: "unreadable",
        code: "damaged-secret",
        message: "The secret has a damaged character at place 17 (“0” is not base32).",
        remedy: "Take the picture again.",
      },
    },
  ];
}

/** A picture without a code in it. */
export function sampleUnreadable(source: string): Omit<FoundView, "row"> {
  return {
    ...FOUND,
    source,
    type: null,
    algorithm: null,
    digits: null,
    period: null,
    finding: {
      kind: "unreadable",
      code: "no-qr-code",
      message: `No QR code in ${source}.`,
      remedy: "Take the picture closer, or crop it to the code.",
    },
  };
}

export function sampleTyped(
  typed: { issuer: string; name: string },
  validUntil: number,
): Omit<FoundView, "row"> {
  return { ...FOUND, ...pick(typed), source: "typed in", code: "318204", valid_until: validUntil };
}

const pick = ({
  issuer,
  name,
}: {
  issuer: string;
  name: string;
}): { issuer: string | null; name: string } => ({
  issuer: issuer || null,
  name,
});

export function kept(found: Omit<FoundView, "row">, id: string): AccountView {
  const { issuer, name, aws: place } = found;
  return { ...ACCOUNT, id, issuer, name, aws: place, period: found.period ?? 30 };
}

/** What holds before anybody sets anything. */
export function sampleSettings(): Settings {
  return {
    theme: "system",
    hide_codes: false,
    always_show_next: false,
    language: "system",
    clipboard_seconds: 30,
    sort: "own",
    lock_after_minutes: 15,
    lock_with_session: true,
    lock_for_all_programs: true,
    minimise_after_copying: false,
    tray: true,
    close_to_tray: false,
    shortcut: null,
  };
}

/** A desktop that has everything but a way to hide the window from pictures. */
export function sampleSurroundings(): SurroundingsView {
  return {
    lacks_suspend: null,
    lacks_screen_lock: null,
    lacks_idle: null,
    lacks_tray: null,
    lacks_shortcut: null,
    starts_at_login: false,
    hidden_from_capture: false,
  };
}
