// Builds the gallery into the folder given as the only argument. For development and the screens' tests; never shipped.
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) throw new Error("Say where to build the gallery: node gallery/build.mjs FOLDER");
mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: join(HERE, ".."),
  entryPoints: { gallery: "gallery/gallery.ts", call: "styles/call.css", pages: "styles/pages.css" },
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  loader: { ".svg": "file" },
  logLevel: "warning",
});
for (const page of ["index.html", "pages.html"]) copyFileSync(join(HERE, page), join(out, page));
