// Run after `npm install`. A registry that carries only some platforms leaves the binaries of the others
// out of the lock file, and `npm ci` then refuses the whole of it. This names them with their version and
// platform, so that the lock is complete everywhere; npm skips what does not fit the machine.
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

function platform(name) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (!os || !cpu) return null;
  const musl = words.some((word) => word.startsWith('musl'));
  const libc = words.some((word) => word.startsWith('gnu')) ? ['glibc'] : undefined;
  return { os: [os], cpu: [cpu], ...(musl ? { libc: ['musl'] } : libc && { libc }) };
}

let added = 0;
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const where = `node_modules/${name}`;
    const fits = platform(name);
    if (lock.packages[where] || !fits || !/^\d/.test(version)) continue;
    lock.packages[where] = { version, ...fits, ...(parent.dev && { dev: true }), optional: true };
    added += 1;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms named`);
