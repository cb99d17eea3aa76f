import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useAttempt } from '../admin/useAction';
import { InventoryExportFormatsDocument, type InventoryExportFormatsQuery } from '../gql/graphql';
import { saveAs } from '../lib/save';
import { download } from '../session/post';
import { session } from '../session/session';
import { lots } from './words';

type Format = InventoryExportFormatsQuery['inventoryExportFormats'][number];

/** What became of the lots, as the file's headers tell. */
function account({ name }: Format, headers: Headers): string {
  const count = (header: string) => Number(headers.get(`dualcaster-${header}`) ?? 0);
  const [written, shortened, leftOut] = [count('lots'), count('shortened'), count('left-out')];
  const words = [`${lots(written)} in a file for ${name}.`];
  if (shortened > 0) words.push(`${lots(shortened)} not with everything: it has no words for it.`);
  if (leftOut > 0) words.push(`${lots(leftOut)} left out: it could not say which cards they are.`);
  return words.join(' ');
}

async function save(format: Format): Promise<string> {
  const response = await download(`/export/inventory/${format.format}`, await session.fresh());
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  saveAs(name ?? `inventory.${format.extension}`, await response.blob());
  return account(format, response.headers);
}

/** All that somebody owns as a file, in the format of an app. */
export function Export() {
  const [{ data }] = useQuery({ query: InventoryExportFormatsDocument });
  const [said, say] = useState('');
  const { run, busy, failure } = useAttempt(
    async (format: Format) => say(await save(format)),
    () => undefined,
  );
  return (
    <div className="row">
      <span role="status" className="muted small">
        {failure ? '' : said}
      </span>
      {failure && (
        <span role="alert" className="down small">
          {failure}
        </span>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button size="xs" variant="default" loading={busy} disabled={!data}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown className="places">
          <Menu.Label>Everything, as a file for</Menu.Label>
          {data?.inventoryExportFormats.map((format) => (
            <Menu.Item key={format.format} onClick={() => run(format)}>
              {format.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
