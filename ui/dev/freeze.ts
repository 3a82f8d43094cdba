/** Lets time stand still with `left` seconds to go, so that pictures can be compared. */
export function freeze(left: number): void {
  const frozen = (1_800_000_000 + 30 - left) * 1000 + 200;
  Date.now = () => frozen;
}
