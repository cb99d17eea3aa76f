// Fails when the committed generated files differ from what the schema and the documents give.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const folder = 'src/gql';
const digest = () =>
  readdirSync(folder)
    .toSorted()
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(`${folder}/${name}`))
          .digest('hex')}`,
    )
    .join('\n');

const before = digest();
execFileSync('npm', ['run', '--silent', 'codegen'], { stdio: 'inherit' });
if (digest() !== before) {
  console.error('src/gql was stale; it has been regenerated: review and commit it.');
  process.exit(1);
}
console.log('src/gql is current.');
