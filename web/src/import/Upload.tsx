import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useId, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { useAttempt } from '../admin/useAction';
import { answered } from '../forms/problems';
import { unmask } from '../gql';
import {
  ImportFieldsFragmentDoc,
  ImportsDocument,
  type ImportsQuery,
  StartImportDocument,
} from '../gql/graphql';
import { formatAgo } from '../lib/time';
import { RequestFailed, upload } from '../session/post';
import { MoreButton } from '../settings/MoreButton';
import { usePages } from '../settings/pages';
import { Section } from '../settings/Section';
import { useNow } from '../ui/hooks';
import { ErrorNotice } from '../ui/States';
import { rows, STATE, said } from './words';

const TYPES = '.csv,.tsv,.txt,.xlsx,.json,.dek,.gz';
/** The server takes no larger ones. */
const MOST = 10 * 1024 * 1024;

function useUpload() {
  const navigate = useNavigate();
  const [, start] = useMutation(StartImportDocument);
  const [id, setId] = useState<string>();
  const { run, busy, failure } = useAttempt(
    async (file: File) => {
      if (file.size > MOST)
        throw new RequestFailed(`${file.name} is larger than 10 MB. Pack it with gzip, or part it.`);
      const { startInventoryImport: begun } = await answered(start({ fileName: file.name }));
      const made = unmask(ImportFieldsFragmentDoc, begun.import);
      if (!made || !begun.uploadPath) throw new RequestFailed(said(begun.errors) ?? 'It could not begin.');
      await upload(begun.uploadPath, file);
      setId(made.id);
      await navigate({ to: '/inventory/import', search: { id: made.id } });
    },
    () => undefined,
  );
  return { run, busy: busy || id !== undefined, failure };
}

function DropZone() {
  const { run, busy, failure } = useUpload();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const hint = useId();
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) run(file);
  };
  return (
    // A place to drop files on; who has no pointer uses the button in it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={over ? 'drop-zone drop-zone-over' : 'drop-zone'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <h2>Drop a file of your collection here</h2>
      <p className="muted" id={hint}>
        From ManaBox, Moxfield, Archidekt, Deckbox, Dragon Shield, Delver Lens, TCGplayer, Cardmarket and two
        dozen more: CSV, XLSX, JSON or a decklist, up to 10 MB. Nothing is entered before you have looked at
        it.
      </p>
      <input
        ref={input}
        type="file"
        accept={TYPES}
        className="hidden"
        aria-label="File of your collection"
        tabIndex={-1}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
      <Button aria-describedby={hint} loading={busy} onClick={() => input.current?.click()}>
        Choose a file
      </Button>
      {failure && (
        <p role="alert" className="down">
          {failure}
        </p>
      )}
    </div>
  );
}

const pageOf = (data: ImportsQuery) => data.viewer?.inventoryImports;

function Earlier() {
  const now = useNow();
  const { nodes, loading, error, hasMore, more, again } = usePages(ImportsDocument, pageOf);
  if (error) return <ErrorNotice what="Your imports" error={error} retry={again} />;
  if (nodes.length === 0) return null;
  return (
    <Section title="Files before">
      <ul className="lines">
        {unmask(ImportFieldsFragmentDoc, nodes).map((one) => (
          <li key={one.id} className="line" data-testid="import">
            <div className="line-main">
              <Link to="/inventory/import" search={{ id: one.id }} className="quiet-link">
                {one.fileName}
              </Link>{' '}
              <span className={one.state === 'FAILED' ? 'tag tag-warn' : 'tag'}>{STATE[one.state]}</span>
              <div className="muted small">
                {[one.format, rows(one.rowsRead), formatAgo(one.createdAt, now)].filter(Boolean).join(', ')}
              </div>
            </div>
          </li>
        ))}
      </ul>
      {hasMore && <MoreButton onMore={more} busy={loading} />}
    </Section>
  );
}

/** A file is chosen here; those before it can be looked at again. */
export function Upload() {
  return (
    <>
      <DropZone />
      <Earlier />
    </>
  );
}
