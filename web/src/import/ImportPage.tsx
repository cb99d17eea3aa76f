import '../styles/settings.css';
import '../styles/cards.css';
import '../styles/records.css';
import '../styles/forms.css';
import '../styles/inventory.css';
import '../styles/import.css';
import { Button, Checkbox, Progress } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { Private } from '../account/Private';
import { useAttempt } from '../admin/useAction';
import { answered } from '../forms/problems';
import {
  DiscardImportDocument,
  EnterImportDocument,
  type ImportFieldsFragment,
  UndoImportDocument,
} from '../gql/graphql';
import { copies } from '../inventory/words';
import { RequestFailed } from '../session/post';
import { useTitle } from '../ui/hooks';
import { SkeletonRows } from '../ui/States';
import { Columns } from './Columns';
import { Rows } from './Rows';
import { Upload } from './Upload';
import { taken, useImport } from './useImport';
import { rows, STATE, said } from './words';

const route = getRouteApi('/inventory/import');

function Failure({ text }: { text: string | undefined }) {
  if (!text) return null;
  return (
    <p role="alert" className="down">
      {text}
    </p>
  );
}

function Discard({ id }: { id: string }) {
  const navigate = route.useNavigate();
  const [, discard] = useMutation(DiscardImportDocument);
  const { run, busy, failure } = useAttempt(
    async () => {
      const problem = said((await answered(discard({ id }))).discardInventoryImport.errors);
      if (problem !== undefined) throw new RequestFailed(problem);
      await navigate({ search: {} });
    },
    () => undefined,
  );
  return (
    <>
      <Button size="sm" variant="subtle" loading={busy} onClick={() => run()}>
        Throw away
      </Button>
      <Failure text={failure} />
    </>
  );
}

/** What would come in, and the word for it. */
function Enter({ of }: { of: ImportFieldsFragment }) {
  const [approximate, setApproximate] = useState(false);
  const [again, setAgain] = useState(false);
  const [, enter] = useMutation(EnterImportDocument);
  const { run, busy, failure } = useAttempt(
    () => taken(enter({ id: of.id, approximate, again }), (answer) => answer.enterInventoryImport),
    () => undefined,
  );
  const entries = of.exact + (approximate ? of.approximate : 0);
  return (
    <section className="panel" aria-label="Enter it">
      <div className="panel-body import-enter">
        <Checkbox
          label={`Approximate rows too (${rows(of.approximate)})`}
          checked={approximate}
          disabled={of.approximate === 0}
          onChange={(event) => setApproximate(event.currentTarget.checked)}
        />
        {of.copiesBefore > 0 && (
          <Checkbox
            label={`Again what earlier files brought (${copies(of.copiesBefore)}): these are other copies`}
            checked={again}
            onChange={(event) => setAgain(event.currentTarget.checked)}
          />
        )}
        <div className="row">
          <Button size="sm" disabled={entries === 0} loading={busy} onClick={() => run()}>
            Enter {rows(entries)}
          </Button>
          <Discard id={of.id} />
        </div>
        <Failure text={failure ?? of.problem ?? undefined} />
      </div>
    </section>
  );
}

function Done({ of }: { of: ImportFieldsFragment }) {
  const [, undo] = useMutation(UndoImportDocument);
  const [undone, setUndone] = useState(false);
  const { run, busy, failure } = useAttempt(
    async () => {
      const { undoInventoryChange } = await answered(undo({ id: of.changeId ?? '' }));
      const problem = said(undoInventoryChange.errors);
      if (problem !== undefined) throw new RequestFailed(problem);
    },
    () => setUndone(true),
  );
  return (
    <section className="panel" aria-label="It is in">
      <div className="panel-body import-enter">
        <p role="status">
          {undone
            ? 'Taken back: your inventory is as if the file had never come.'
            : of.changeId
              ? 'It is in your inventory.'
              : 'Everything in it came with earlier files: nothing had to change.'}
        </p>
        <div className="row">
          <Link to="/inventory" className="in-text">
            To your inventory
          </Link>
          {of.changeId && !undone && (
            <Button size="xs" variant="default" loading={busy} onClick={() => run()}>
              Undo the import
            </Button>
          )}
        </div>
        <Failure text={failure} />
      </div>
    </section>
  );
}

function AtWork({ of }: { of: ImportFieldsFragment }) {
  return (
    <section className="panel" aria-label="At work">
      <div className="panel-body" role="status">
        <Progress value={100} animated aria-label={STATE[of.state]} />
        <p className="muted num">
          {of.state === 'ENTERING' ? 'Entering…' : `${rows(of.rowsRead)} read so far`}. You may leave this
          page.
        </p>
      </div>
    </section>
  );
}

function OneImport({ id }: { id: string }) {
  const of = useImport(id);
  if (!of) return <SkeletonRows rows={6} />;
  const atWork = of.state === 'READING' || of.state === 'ENTERING';
  return (
    <>
      <p className="muted" data-testid="import-head" data-state={of.state}>
        <strong>{of.fileName}</strong>
        {of.format && `, ${of.format}`}, {rows(of.rowsRead)}. {STATE[of.state]}.
      </p>
      {atWork && <AtWork of={of} />}
      {of.state === 'FAILED' && (
        <div className="panel notice" role="alert">
          <div className="notice-text">
            <strong>The file could not be read to its end:</strong> {of.problem}
          </div>
          <Discard id={id} />
        </div>
      )}
      {of.state === 'READY' && <Enter of={of} />}
      {of.state === 'DONE' && <Done of={of} />}
      {of.state === 'READY' && <Columns of={of} />}
      {!atWork && of.rowsRead > 0 && <Rows of={of} />}
    </>
  );
}

/** A file of somebody's collection on its way into their inventory. */
export function ImportPage() {
  useTitle('Import');
  const { id } = route.useSearch();
  return (
    <div className="page inventory">
      <Private>
        <div className="spread">
          <h1>Import</h1>
          <Link to={id === undefined ? '/inventory' : '/inventory/import'} className="in-text small">
            {id === undefined ? 'Back to the inventory' : 'Another file'}
          </Link>
        </div>
        {id === undefined ? <Upload /> : <OneImport key={id} id={id} />}
      </Private>
    </div>
  );
}
