import { Button } from '@mantine/core';
import type { OperationResult } from 'urql';
import { useAction } from './useAction';

interface Props<Data> {
  label: string;
  /** For who cannot see which line the button is in. */
  name: string;
  act: () => Promise<OperationResult<Data>>;
  done: () => void;
}

export function ActionButton<Data>({ label, name, act, done }: Props<Data>) {
  const { run, busy, failure } = useAction(act, done);
  return (
    <>
      <Button size="xs" variant="default" aria-label={name} loading={busy} onClick={run}>
        {label}
      </Button>
      {failure && (
        <span role="alert" className="down small">
          {failure}
        </span>
      )}
    </>
  );
}
