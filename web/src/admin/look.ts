import { useMemo } from 'react';
import type { OperationContext } from 'urql';

/** A context that is another one at each beat: a query with it is asked again then. */
export function useLook(beat: number): Partial<OperationContext> {
  return useMemo(() => ({ additionalTypenames: ['Job', 'Schedule'], look: beat }), [beat]);
}
