import { expect, test } from "vitest";

import { brandGlyph, monogram, tone } from "../src/components/account/brands";
import { groups, spoken } from "../src/components/account/digits";
import { accountId, detail, heading, isProduction } from "../src/state/label";
import { parseTags } from "../src/components/account/tags";
import { bold, segments } from "../src/state/rich";
import { account } from "./device";

const aws = (place: string, user: string | null) =>
  account({
    issuer: "Amazon Web Services",
    aws: { account: place, user, root: user === null },
    serial: "arn:aws:iam::123456789012:mfa/root-account-mfa-device",
  });

test("an AWS row is called by its account, without the issuer before it", () => {
  expect(heading(aws("halden-prod", "maya"))).toBe("halden-prod");
  expect(detail(aws("halden-prod", "maya"))).toBe("maya");
  expect(detail(aws("halden-prod", null))).toBe("root user · 1234 5678 9012");
});

test("an AWS account without an alias shows its id in fours, once", () => {
  expect(accountId("123456789012")).toBe("1234 5678 9012");
  expect(heading(aws("123456789012", null))).toBe("1234 5678 9012");
  expect(detail(aws("123456789012", null))).toBe("root user");
});

test("a production account is told by its alias, and by whole words only", () => {
  expect(isProduction("halden-prod")).toBe(true);
  expect(isProduction("products")).toBe(false);
  expect(isProduction(null)).toBe(false);
});

test("an account without an issuer is called by its name, once", () => {
  const nameless = account({ issuer: null, name: "maya" });
  expect(heading(nameless)).toBe("maya");
  expect(detail(nameless)).toBe("");
});

test("a counter account says where its counter stands", () => {
  expect(detail(account({ type: "hotp", counter: 128, name: "badge" }))).toBe("badge · counter 128");
});

test("codes are split as they are read", () => {
  expect(groups("123456")).toEqual(["123", "456"]);
  expect(groups("12345678")).toEqual(["1234", "5678"]);
  expect(groups("1234567")).toEqual(["123", "4567"]);
  expect(groups("R7K2M")).toEqual(["R7K2M"]);
  expect(spoken("058213")).toBe("0 5 8 2 1 3");
});

test("known issuers have their brand, others their letters", () => {
  expect(brandGlyph("GitHub")).toBeDefined();
  expect(brandGlyph("github.com")).toBeDefined();
  expect(brandGlyph("Halden VPN")).toBeUndefined();
  expect(monogram("Halden VPN")).toBe("HV");
  expect(monogram("بنك الأردن")).toBe("ب");
  expect(monogram("…")).toBe("?");
});

test("an issuer's tone is one of eight, and the same however it is spelled", () => {
  expect(tone("Halden VPN")).toBe(tone("halden vpn"));
  for (const issuer of ["Halden VPN", "GitHub", "", "بنك الأردن", "GitLab"]) {
    expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(tone(issuer));
  }
});

test("tags are taken with or without their sign, each once", () => {
  expect(parseTags(" work, #home,, work ,# ")).toEqual(["work", "home"]);
});

test("a name stands bold in its sentence, and cannot break out of it", () => {
  expect(segments(`Copied ${bold("a\u0003b")}. Done.`)).toEqual([
    { text: "Copied ", strong: false },
    { text: "ab", strong: true },
    { text: ". Done.", strong: false },
  ]);
});
