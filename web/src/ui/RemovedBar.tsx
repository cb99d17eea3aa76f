import { Button, CloseButton } from '@mantine/core';

/** Says what is gone, with the way back. */
export function RemovedBar({
  text,
  addBack,
  close,
}: {
  /** Nothing where nothing is gone. */
  text: string | undefined;
  addBack: () => void;
  close: () => void;
}) {
  return (
    <div className="undo-place" data-testid="removed-bar">
      {/* The place is there before its words: else nobody would hear them. */}
      <div role="status" className={text ? 'undo-text' : 'hidden'}>
        {text}
      </div>
      {text && (
        <>
          <Button size="xs" variant="default" onClick={addBack}>
            Add it back
          </Button>
          <CloseButton aria-label="Close this message" onClick={close} />
        </>
      )}
    </div>
  );
}
