// Bundle budget: what a browser must fetch before a page works, gzip, from Vite's manifest.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMITS = { home: 250, css: 40, route: 320 };
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const kilobytes = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length / 1024;

function closure(key, files = { js: new Set(), css: new Set() }, lazy = false) {
  const chunk = manifest[key];
  if (files.js.has(chunk.file)) return files;
  files.js.add(chunk.file);
  for (const css of chunk.css ?? []) files.css.add(css);
  const next = [...(chunk.imports ?? []), ...(lazy ? (chunk.dynamicImports ?? []) : [])];
  for (const one of next) closure(one, files, lazy);
  return files;
}
const total = (set) => [...set].reduce((sum, file) => sum + kilobytes(file), 0);
const shell = () => closure('index.html');

let failed = false;
function report(name, files, jsLimit) {
  const js = total(files.js);
  const css = total(files.css);
  const over = js > jsLimit || css > LIMITS.css;
  failed ||= over;
  console.log(
    `${over ? 'OVER' : 'ok  '} ${name.padEnd(34)} js ${js.toFixed(1)}/${jsLimit} kB  css ${css.toFixed(1)}/${LIMITS.css} kB`,
  );
}

for (const key of manifest['index.html'].dynamicImports ?? []) {
  // What a page loads lazily belongs to the page: its chart for one.
  report(key, closure(key, shell(), true), key.includes('MarketPage') ? LIMITS.home : LIMITS.route);
}
if (failed) process.exit(1);
