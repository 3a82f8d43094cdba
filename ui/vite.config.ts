import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Paraglide imports every language at once. All but English are loaded when they are chosen: see `state/spoken.ts`. */
function lazyLanguages(): Plugin {
  const imported = /import \* as __\w+ from "\.\/(?!en\.js)[\w-]+\.js"\n/g;
  const chosen = /\tconst locale = .*\n(?:\tif \(locale === .*\n)+\treturn __\w+\.(\w+)\(inputs\)/g;
  return {
    name: "lazy-languages",
    transform(code, id) {
      if (!/\/paraglide\/messages\/_index\.js$/.test(id)) return;
      const lazy = code.replace(imported, "").replace(chosen, "\treturn spoken[getLocale()].$1(inputs)");
      return {
        code: `import { spoken } from "../../state/spoken";\n${lazy}\nspoken.en = __en;\n`,
        map: null,
      };
    },
  };
}

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: "./project.inlang",
      outdir: "./src/paraglide",
      strategy: ["baseLocale"],
      outputStructure: "locale-modules",
    }),
    lazyLanguages(),
    svelte(),
    svelteTesting(),
  ],
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: {
    // WebKitGTK 2.46 and WebView2 know all of this; light-dark() must reach them as it is written.
    target: ["es2022", "safari17.5", "chrome123"],
    // The content security policy has no data: sources, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { environment: "jsdom", include: ["tests/**/*.test.ts"], restoreMocks: true },
});
