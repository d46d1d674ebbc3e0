import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

import { svelte } from "@sveltejs/vite-plugin-svelte";
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

export default defineConfig({
  root: here,
  plugins: [svelte(), documentation(), compressed()],
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
  },
});
