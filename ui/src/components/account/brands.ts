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

const brands = new Map(BRANDS.map((brand) => [plain(brand.title), brand]));

/** An issuer's brand, where it is known. */
function brand(issuer: string): SimpleIcon | undefined {
  const key = plain(issuer);
  return brands.get(ALIASES[key] ?? key) ?? brands.get(key.replace(/\.(com|net|org|io|de|me|ch)$/, ""));
}

/** The 24 × 24 outline of an issuer's brand, where it is known. */
export function brandGlyph(issuer: string): string | undefined {
  return brand(issuer)?.path;
}

/** One or two letters for an issuer without a brand. */
export function monogram(issuer: string): string {
  const words = issuer.match(/[\p{L}\p{N}]+/gu) ?? [];
  const initials = words.map((word) => [...word][0] ?? "");
  const letters = /\p{Script=Latin}/u.test(initials[0] ?? "") ? initials.slice(0, 2) : initials.slice(0, 1);
  return letters.join("").toUpperCase() || "?";
}

const GREY = 7;
/** The tones by hue, in degrees up to which each reaches. */
const HUES: readonly [number, number][] = [
  [18, 4],
  [70, 3],
  [160, 5],
  [190, 1],
  [245, 2],
  [290, 6],
  [345, 8],
  [360, 4],
];

/** The tone that comes nearest to a brand's own colour, six hexadecimal digits. */
function toneOfColour(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (spread < 0.15) return GREY;
  const sector =
    most === red
      ? ((green - blue) / spread + 6) % 6
      : most === green
        ? (blue - red) / spread + 2
        : (red - green) / spread + 4;
  return HUES.find(([upTo]) => sector * 60 <= upTo)?.[1] ?? GREY;
}

/** The ground of an issuer's tile, 1 to 8: by the brand's colour, else by its name; the same at every start. */
export function tone(issuer: string): number {
  const known = brand(issuer);
  if (known) return toneOfColour(known.hex);
  let hash = 1180;
  for (const character of plain(issuer)) hash = (Math.imul(hash, 37) + (character.codePointAt(0) ?? 0)) >>> 0;
  return (((hash ^ (hash >>> 15)) >>> 0) % 8) + 1;
}
