import { useEffect, useState } from 'react';
import type { CombinedError } from 'urql';
import { SetsDocument, type SetsQuery } from '../gql/graphql';
import { currentClient } from '../graphql/client';

export type SetRow = SetsQuery['sets']['nodes'][number];

interface All {
  rows: readonly SetRow[];
  done: boolean;
  error: CombinedError | null;
}

/** Every set, page after page: filters over half a list would lie. */
export function useAllSets(): All & { retry: () => void } {
  const [attempt, setAttempt] = useState(0);
  const [all, setAll] = useState<All>({ rows: [], done: false, error: null });
  useEffect(() => {
    let stopped = false;
    const read = async () => {
      let after: string | null = null;
      let rows: readonly SetRow[] = [];
      for (;;) {
        const result: Awaited<ReturnType<typeof page>> = await page(after);
        if (stopped) return;
        if (!result.data) {
          setAll({ rows, done: false, error: result.error ?? null });
          return;
        }
        const { nodes, pageInfo } = result.data.sets;
        rows = [...rows, ...nodes];
        setAll({ rows, done: !pageInfo.hasNextPage, error: null });
        if (!pageInfo.hasNextPage) return;
        after = pageInfo.endCursor;
      }
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [attempt]);
  return { ...all, retry: () => setAttempt((count) => count + 1) };
}

function page(after: string | null) {
  return currentClient().query(SetsDocument, { after }).toPromise();
}
