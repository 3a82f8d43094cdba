import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

import { lazyLanguages } from "./build/lazyLanguages.ts";
import { roundLogos } from "./build/roundLogos.ts";
import { shortNames } from "./build/shortNames.ts";
import { sizeBudget } from "./build/sizeBudget.ts";
import { stillIcons } from "./build/stillIcons.ts";
import { subsetFonts } from "./build/subsetFonts.ts";
import inlang from "./project.inlang/settings.json" with { type: "json" };

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: "./project.inlang",
      outdir: "./src/paraglide",
      strategy: ["baseLocale"],
      outputStructure: "locale-modules",
    }),
    lazyLanguages(),
    shortNames(),
    stillIcons(),
    svelte(),
    svelteTesting(),
    subsetFonts(),
    roundLogos(),
    sizeBudget(inlang.locales.filter((locale) => locale !== inlang.baseLocale)),
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
  // The slowest takes less than a second alone, and many on a machine that builds something beside it.
  test: { environment: "jsdom", include: ["tests/**/*.test.ts"], restoreMocks: true, testTimeout: 30_000 },
});
