import { useState } from 'react';
import type { OperationResult } from 'urql';
import { answered } from '../forms/problems';
import { RequestFailed } from '../session/post';

interface Action<Given extends unknown[] = []> {
  run: (...given: Given) => void;
  busy: boolean;
  failure: string | undefined;
}

/** Something behind a button that may be refused: what is thrown then is said beside it. */
export function useAttempt<Given extends unknown[]>(
  act: (...given: Given) => Promise<unknown>,
  done: () => void,
): Action<Given> {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const run = async (given: Given) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await act(...given);
      done();
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setFailure(error.message);
    } finally {
      setBusy(false);
    }
  };
  return { run: (...given) => void run(given), busy, failure };
}

/** A mutation behind a button: what the server refuses is said beside it. */
export function useAction<Data>(act: () => Promise<OperationResult<Data>>, done: () => void): Action {
  return useAttempt(() => answered(act()), done);
}
