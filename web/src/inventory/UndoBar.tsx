import { Button, CloseButton } from '@mantine/core';
import { useAction } from '../admin/useAction';
import { type Deed, useInventory, useUndo } from './context';

function Undo({ deed }: { deed: Deed }) {
  const undo = useUndo();
  const { run, busy, failure } = useAction(
    () => undo(deed),
    () => undefined,
  );
  return (
    <>
      {failure && (
        <span role="alert" className="down small">
          {failure}
        </span>
      )}
      <Button size="xs" variant="default" loading={busy} onClick={run}>
        {deed.undo ? 'Redo' : 'Undo'}
      </Button>
    </>
  );
}

/** What was just done, and the way back. It stays until it is closed or something else is done. */
export function UndoBar({ deed }: { deed: Deed | undefined }) {
  const { done } = useInventory();
  return (
    <div className="undo-place" data-testid="undo-bar">
      {/* The place is there before its words: else nobody would hear them. */}
      <div role="status" className={deed ? 'undo-text' : 'hidden'}>
        {deed?.text}
      </div>
      {deed && (
        <>
          <Undo key={deed.changes.join()} deed={deed} />
          <CloseButton aria-label="Close this message" onClick={() => done(undefined)} />
        </>
      )}
    </div>
  );
}
