import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { minify } from "terser";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = dirname(fileURLToPath(import.meta.url));
const page = join(here, "../tracker/live/page");

/** Copies the viewer of the HTTP interface beside the page, so that /docs needs no other host. */
function documentation(): Plugin {
  return {
    name: "documentation",
    apply: "build",
    closeBundle() {
      mkdirSync(join(page, "docs"), { recursive: true });
      for (const file of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
        cpSync(join(here, "node_modules/swagger-ui-dist", file), join(page, "docs", file));
      }
    },
  };
}

/** Goes over what Vite made small once more: a twentieth of the first board. */
function denser(): Plugin {
  return {
    name: "denser",
    apply: "build",
    async generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        const { code } = await minify(chunk.code, { module: true, compress: { passes: 3 } });
        if (code !== undefined) chunk.code = code;
      }
    },
  };
}

/** Leaves every text in brotli beside itself: the server hands out whichever a browser asks for. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const file of readdirSync(join(page, "assets"))) {
        if (!/\.(js|css|svg)$/.test(file)) continue;
        const path = join(page, "assets", file);
        const text = readFileSync(path);
        const smaller = brotliCompressSync(text, {
          params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
        });
        if (smaller.length < text.length) writeFileSync(`${path}.br`, smaller);
      }
    },
  };
}

/** Leaves out what this page never asks of the tools it is built with. */
function trimmed(): Plugin {
  return {
    name: "trimmed",
    apply: "build",
    enforce: "pre",
    // Parts that load later share one style sheet and ask for nothing else ahead of themselves.
    load(id) {
      return id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : null;
    },
    // No server draws the page, so there is nothing to take over: said as a constant, all that Svelte
    // does for it falls away.
    transform(code, id) {
      if (!id.endsWith("/svelte/src/internal/client/dom/hydration.js")) return null;
      const constant = code
        .replace("export let hydrating = false", "export const hydrating = false")
        .replace("hydrating = value;", "");
      if (constant.length === code.length) this.error("Svelte keeps its hydration elsewhere now");
      return constant;
    },
  };
}

const names = new Map<string, string>();

/** A short name for the styles of a part, that no other part has. */
function named(part: string, hash: string): string {
  const name = `s${hash.slice(0, 4)}`;
  if ((names.get(name) ?? part) !== part) throw new Error(`${part} and ${names.get(name)} are both ${name}`);
  names.set(name, part);
  return name;
}

export default defineConfig({
  root: here,
  resolve: {
    // The same words for every part of the page, but for each of these names a module of its own, so
    // that what nobody needs on the first board is not loaded with it.
    alias: [{ find: /^\$words\/(\w+)$/, replacement: join(here, "src/words.ts?$1") }],
  },
  plugins: [
    trimmed(),
    svelte({ compilerOptions: { cssHash: ({ hash, filename }) => named(filename, hash(filename)) } }),
    denser(),
    documentation(),
    compressed(),
  ],
  build: {
    outDir: page,
    emptyOutDir: true,
    target: "es2022",
    // The server allows scripts and styles from itself only: nothing may become a data: address.
    assetsInlineLimit: 0,
    // One style sheet: parts that load later need no code to fetch their own.
    cssCodeSplit: false,
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, files, { hostType }) => (hostType === "html" ? files : []),
    },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What is there at once comes in one piece; what is asked for later comes in its own.
          groups: [{ name: "board", test: /\/src\/main\.ts$/ }],
        },
      },
      treeshake: {
        // We define no custom elements; that file would bring another compatibility layer along.
        moduleSideEffects: (id) => !id.endsWith("/client/dom/elements/custom-element.js"),
      },
    },
  },
  server: {
    proxy: {
      "/ws": { target: "ws://localhost:8000", ws: true },
      "/api": "http://localhost:8000",
    },
    fs: { allow: [join(here, "..")] },
  },
  test: {
    dir: join(here, "../tests/web"),
    globals: true,
    environment: "node",
    // For what hangs: a machine that stands still for five seconds has found no mistake.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
