/** What can be done where protecting the user stopped. */
export type Remedy = "other-code" | "policy" | "settle" | "take-back" | "devices" | "connect" | "again";

const BY_CODE: Record<string, Remedy[]> = {
  "aws-mfa-required": ["other-code", "policy"],
  "aws-access-denied": ["policy", "again"],
  "aws-orphan-left": ["policy", "devices"],
  "aws-device-limit": ["devices"],
  "aws-not-connected": ["connect"],
  "aws-credentials-refused": ["connect"],
  "aws-expired-credentials": ["connect"],
};

/** The remedies for an error, the likeliest first. What was begun can be asked about, gone on with or taken back. */
export function remediesOf(code: string, isWaiting: boolean): Remedy[] {
  const known = BY_CODE[code];
  if (known) return isWaiting ? [...known, "take-back"] : known;
  return isWaiting ? ["settle", "again", "take-back"] : ["again"];
}
