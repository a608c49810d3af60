// Builds the client into server/static/: bundles with content hashes, .br and .gz beside each file, manifest.json.
// Does not check types (npm run check) and does not install anything (npm ci).
//
//   node build.mjs         as served: minified, no source maps; fails when the call page's first load is too heavy
//   node build.mjs --dev   readable, with source maps, no limit on size
//
// Entries are found, not listed: src/main.ts (the call page), src/pages/*.ts (islands of other pages), src/workers/*.ts
// (module workers), styles/*.css (folders below hold their parts) and assets/* (copied). The manifest names them by
// "main.js", "NAME.js", "NAME.css" and the asset's own name, all in one flat folder:
//
//   { "main.js": { "file": "main-3ZQ5OEVB.js", "integrity": "sha384-...", "preload": ["chunk-...js"] }, ... }
//
// "preload" lists the chunks that a script imports statically; chunks of lazy imports have no entry of their own.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "..", "server", "static");
/** Script of the call page's first load, lazy chunks excluded: bytes as sent, compressed with brotli. */
const FIRST_LOAD_LIMIT = 100_000;
/** Current browsers: all have ES2022, import() and RTCPeerConnection.restartIce. */
const TARGET = ["es2022", "chrome120", "edge120", "firefox121", "safari17"];
const COMPRESSIBLE = new Set([".css", ".js", ".json", ".svg", ".txt", ".webmanifest"]);

const dev = process.argv.includes("--dev");

function filesIn(folder, extensions) {
  const path = join(HERE, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => (extensions ? extensions.includes(extname(name)) : statSync(join(path, name)).isFile()))
    .filter((name) => !name.endsWith(".test.ts"))
    .map((name) => join(path, name))
    .sort();
}

/** Returns each logical name with the source it is built from. */
function findEntries() {
  const scripts = [
    join(HERE, "src", "main.ts"),
    ...filesIn("src/pages", [".ts"]),
    ...filesIn("src/workers", [".ts"]),
  ];
  const named = scripts.map((path) => [`${basename(path, ".ts")}.js`, path]);
  const styles = filesIn("styles", [".css"]).map((path) => [basename(path), path]);
  const assets = filesIn("assets").map((path) => [basename(path), path]);
  const bundled = [...named, ...styles];
  const names = [...bundled, ...assets].map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`Two sources would both be called ${twice}: rename one.`);
  return { bundled, assets };
}

async function bundle(entries, outdir) {
  const result = await build({
    absWorkingDir: HERE,
    entryPoints: entries.map(([name, path]) => ({ out: name.slice(0, -extname(name).length), in: path })),
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    target: TARGET,
    charset: "utf8",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".svg": "file", ".woff2": "file", ".png": "file", ".webp": "file" },
    minify: !dev,
    sourcemap: dev ? "linked" : false,
    legalComments: "none",
    define: { "process.env.NODE_ENV": dev ? '"development"' : '"production"' },
    metafile: true,
    logLevel: "warning",
  });
  return result.metafile.outputs;
}

/** The files that a script needs before its first line runs: its static imports, and theirs. */
function staticImports(outputs, path, seen = new Set()) {
  for (const { path: imported, kind } of outputs[path].imports) {
    if (kind !== "import-statement" || seen.has(imported)) continue;
    seen.add(imported);
    staticImports(outputs, imported, seen);
  }
  return [...seen];
}

function integrityOf(bytes) {
  return `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
}

function copyAsset(path, outdir) {
  const bytes = readFileSync(path);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  const extension = extname(path);
  const file = `${basename(path, extension)}-${hash}${extension}`;
  writeFileSync(join(outdir, file), bytes);
  return { file, integrity: integrityOf(bytes) };
}

/** Writes .br and .gz beside a file and returns the three sizes in bytes. */
function compress(path) {
  const bytes = readFileSync(path);
  const text = COMPRESSIBLE.has(extname(path));
  if (!text) return { raw: bytes.length, br: bytes.length, gz: bytes.length };
  const br = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: dev ? 4 : constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  const gz = gzipSync(bytes, { level: 9 });
  writeFileSync(`${path}.br`, br);
  writeFileSync(`${path}.gz`, gz);
  return { raw: bytes.length, br: br.length, gz: gz.length };
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

function printSizes(sizes) {
  const width = Math.max(...[...sizes.keys()].map((name) => name.length));
  console.log(`${"bytes".padEnd(width)}  ${"raw".padStart(9)} ${"brotli".padStart(9)} ${"gzip".padStart(9)}`);
  for (const [name, { raw, br, gz }] of sizes) {
    const columns = [raw, br, gz].map((size) => String(size).padStart(9)).join(" ");
    console.log(`${name.padEnd(width)}  ${columns}`);
  }
}

function manifestOf({ bundled, assets }, outputs, outdir) {
  const manifest = {};
  const toOutput = new Map(
    Object.entries(outputs)
      .filter(([, output]) => output.entryPoint)
      .map(([path, output]) => [join(HERE, output.entryPoint), path]),
  );
  for (const [name, source] of bundled) {
    const path = toOutput.get(source);
    const entry = {
      file: relative(outdir, join(HERE, path)),
      integrity: integrityOf(readFileSync(join(HERE, path))),
    };
    if (name.endsWith(".js")) {
      entry.preload = staticImports(outputs, path).map((found) => relative(outdir, join(HERE, found)));
    }
    manifest[name] = entry;
  }
  for (const [name, source] of assets) manifest[name] = copyAsset(source, outdir);
  return manifest;
}

/** Puts the finished folder in place of the old one, so that nobody ever reads half a build. */
function publish(built) {
  const old = `${OUT}.old-${process.pid}`;
  if (existsSync(OUT)) renameSync(OUT, old);
  renameSync(built, OUT);
  rmSync(old, { recursive: true, force: true });
}

async function main() {
  const outdir = `${OUT}.new-${process.pid}`;
  rmSync(outdir, { recursive: true, force: true });
  try {
    const entries = findEntries();
    const outputs = await bundle(entries.bundled, outdir);
    const manifest = manifestOf(entries, outputs, outdir);
    const sizes = new Map(filesBelow(outdir).map((path) => [relative(outdir, path), compress(path)]));
    writeFileSync(join(outdir, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    printSizes(sizes);
    const { file, preload } = manifest["main.js"];
    const firstLoad = [file, ...preload].reduce((sum, name) => sum + sizes.get(name).br, 0);
    console.log(`script of the call page's first load: ${firstLoad} bytes of ${FIRST_LOAD_LIMIT}, brotli`);
    if (firstLoad > FIRST_LOAD_LIMIT && !dev) {
      throw new Error(
        `The call page's script is ${firstLoad - FIRST_LOAD_LIMIT} bytes over its limit: load something lazily with import().`,
      );
    }
    publish(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`client not built: ${error.message}`);
  process.exitCode = 1;
}
