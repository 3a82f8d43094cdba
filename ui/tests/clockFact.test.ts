import { expect, test } from "vitest";

import { clockFact } from "../src/components/settings/clock";

test("the clock is judged only once AWS was asked", () => {
  expect(clockFact(null).agrees).toBeNull();
  for (const drift of [-2, 0, 2]) expect(clockFact(drift).agrees).toBe(true);
});

test("a clock that is off is said with its direction", () => {
  expect(clockFact(-6).name).toBe("This machine is 6 s ahead of AWS");
  expect(clockFact(40).name).toBe("This machine is 40 s behind AWS");
  expect(clockFact(40).agrees).toBe(false);
});
