import { useState } from 'react';
import type { OperationResult } from 'urql';
import { answered } from '../forms/problems';
import { RequestFailed } from '../session/post';

interface Action {
  run: () => void;
  busy: boolean;
  failure: string | undefined;
}

/** A mutation behind a button: what the server refuses is said beside it. */
export function useAction<Data>(act: () => Promise<OperationResult<Data>>, done: () => void): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const run = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await answered(act());
      done();
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setFailure(error.message);
    } finally {
      setBusy(false);
    }
  };
  return { run: () => void run(), busy, failure };
}
