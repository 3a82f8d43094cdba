import { expect, test } from "vitest";

import { arrange, marks } from "../src/state/arrange";
import { account } from "./device";

const rows = [
  account({ id: "1", issuer: "Zürich Bank", name: "maya", last_used: 10 }),
  account({ id: "2", issuer: "GitHub", name: "mlindqvist", tags: ["work"], last_used: 30 }),
  account({
    id: "3",
    issuer: "Amazon Web Services",
    name: "maya.lindqvist",
    aws: { account: "halden-prod", user: "maya.lindqvist", root: false },
    serial: "arn:aws:iam::123456789012:mfa/maya-phone",
    pinned: true,
  }),
];
const ids = (query: string, sort: "own" | "name" | "used" = "own") =>
  arrange(rows, query, sort).map(({ id }) => id);

test("pinned accounts stand first in every order", () => {
  expect(ids("")).toEqual(["3", "1", "2"]);
  expect(ids("", "name")).toEqual(["3", "2", "1"]);
  expect(ids("", "used")).toEqual(["3", "2", "1"]);
});

test("search looks at issuer, name, tags, serial number and AWS account", () => {
  expect(ids("github")).toEqual(["2"]);
  expect(ids("mlind")).toEqual(["2"]);
  expect(ids("#work")).toEqual(["2"]);
  expect(ids("123456789012")).toEqual(["3"]);
  expect(ids("halden-prod")).toEqual(["3"]);
});

test("every word must match, in any order, whatever the accents and the case", () => {
  expect(ids("BANK zurich")).toEqual(["1"]);
  expect(ids("bank github")).toEqual([]);
});

test("what was looked for is marked in the text as it is written", () => {
  expect(marks("Zürich Bank", "zur bank")).toEqual([
    { text: "Zür", hit: true },
    { text: "ich ", hit: false },
    { text: "Bank", hit: true },
  ]);
  expect(marks("GitHub", "")).toEqual([{ text: "GitHub", hit: false }]);
});
