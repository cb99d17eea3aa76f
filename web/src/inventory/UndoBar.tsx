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

/** What was just done or refused, and the way back. It stays until it is closed or something else is done. */
export function UndoBar({ deed, refusal }: { deed: Deed | undefined; refusal: string | undefined }) {
  const { done, refuse } = useInventory();
  const close = () => {
    done(undefined);
    refuse(undefined);
  };
  return (
    <div className="undo-place" data-testid="undo-bar">
      {refusal && (
        <div role="alert" className="undo-refusal down">
          {refusal}
        </div>
      )}
      {/* The place is there before its words: else nobody would hear them. */}
      <div role="status" className={deed ? 'undo-text' : 'hidden'}>
        {deed?.text}
      </div>
      {deed && <Undo key={deed.changes.join()} deed={deed} />}
      {(deed || refusal) && <CloseButton aria-label="Close this message" onClick={close} />}
    </div>
  );
}
