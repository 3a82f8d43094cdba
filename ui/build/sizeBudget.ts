import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** What the page may take, compressed, in kilobytes: scripts, styles, faces and pictures. */
const BUDGET_KB = 250;

/** Says how large the page is, and fails the build when it is larger than it may be. A language other than English is
 * loaded only where it is chosen, and counts for itself. */
export function sizeBudget(locales: readonly string[]): Plugin {
  return {
    name: "size-budget",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const sizes = Object.values(bundle)
          .filter((file) => !(file.type === "chunk" && locales.includes(file.name)))
          .map(
            (file) => gzipSync(file.type === "chunk" ? file.code : file.source, { level: 9 }).length / 1000,
          );
        const size = sizes.reduce((sum, one) => sum + one, 0);
        const said = `The page takes ${size.toFixed(1)} kB compressed, of ${BUDGET_KB} kB that it may.`;
        if (size > BUDGET_KB) this.error(said);
        this.info(said);
      },
    },
  };
}
