import {
  si1password,
  siAtlassian,
  siAuth0,
  siBinance,
  siBitbucket,
  siBitwarden,
  siCloudflare,
  siCoinbase,
  siDatadog,
  siDigitalocean,
  siDiscord,
  siDocker,
  siDropbox,
  siEpicgames,
  siFacebook,
  siFigma,
  siGitea,
  siGithub,
  siGitlab,
  siGoogle,
  siHetzner,
  siInstagram,
  siJetbrains,
  siMastodon,
  siMongodb,
  siNextcloud,
  siNotion,
  siNpm,
  siOkta,
  siPaypal,
  siProton,
  siPypi,
  siReddit,
  siSentry,
  siShopify,
  siSteam,
  siStripe,
  siTailscale,
  siTwitch,
  siVercel,
  siWordpress,
  siX,
  type SimpleIcon,
} from "simple-icons";

const BRANDS: readonly SimpleIcon[] = [
  si1password,
  siAtlassian,
  siAuth0,
  siBinance,
  siBitbucket,
  siBitwarden,
  siCloudflare,
  siCoinbase,
  siDatadog,
  siDigitalocean,
  siDiscord,
  siDocker,
  siDropbox,
  siEpicgames,
  siFacebook,
  siFigma,
  siGitea,
  siGithub,
  siGitlab,
  siGoogle,
  siHetzner,
  siInstagram,
  siJetbrains,
  siMastodon,
  siMongodb,
  siNextcloud,
  siNotion,
  siNpm,
  siOkta,
  siPaypal,
  siProton,
  siPypi,
  siReddit,
  siSentry,
  siShopify,
  siSteam,
  siStripe,
  siTailscale,
  siTwitch,
  siVercel,
  siWordpress,
  siX,
];

/** What issuers write in their codes, where it is not the brand's own title. */
const ALIASES: Record<string, string> = {
  "epicgames.com": "epicgames",
  protonmail: "proton",
  protonaccount: "proton",
  googleaccount: "google",
  steamguard: "steam",
  twitter: "x",
  "wordpress.com": "wordpress",
};

const plain = (issuer: string): string => issuer.toLowerCase().replace(/[^\p{L}\p{N}.]/gu, "");

const glyphs = new Map(BRANDS.map(({ title, path }) => [plain(title), path]));

/** The 24 × 24 outline of an issuer's brand, where it is known. */
export function brandGlyph(issuer: string): string | undefined {
  const key = plain(issuer);
  return glyphs.get(ALIASES[key] ?? key) ?? glyphs.get(key.replace(/\.(com|net|org|io|de|me|ch)$/, ""));
}

/** One or two letters for an issuer without a brand. */
export function monogram(issuer: string): string {
  const words = issuer.match(/[\p{L}\p{N}]+/gu) ?? [];
  const initials = words.map((word) => [...word][0] ?? "");
  const letters = /\p{Script=Latin}/u.test(initials[0] ?? "") ? initials.slice(0, 2) : initials.slice(0, 1);
  return letters.join("").toUpperCase() || "?";
}

export const TONES = 8;

/** The ground of an issuer's tile: 1 to 8, the same at every start. */
export function tone(issuer: string): number {
  let hash = 0;
  for (const unit of plain(issuer)) hash = (hash * 31 + (unit.codePointAt(0) ?? 0)) >>> 0;
  return (hash % TONES) + 1;
}
