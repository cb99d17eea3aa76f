import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type CombinedError, useClient } from 'urql';
import { type FragmentType, unmask } from '../gql';
import { PageFieldsFragmentDoc } from '../gql/graphql';

interface Page<Node> {
  nodes: readonly Node[];
  pageInfo: FragmentType<typeof PageFieldsFragmentDoc>;
}

interface Pages<Node> {
  nodes: readonly Node[];
  loading: boolean;
  error: CombinedError | undefined;
  hasMore: boolean;
  more: () => void;
  /** Reads the list from its beginning. */
  again: () => void;
  /** Reads as much of the list as there is, and changes it at once. */
  refresh: () => void;
}

const EVERYTHING = {};

/** A list, page after page, read anew whenever its page is opened or another filter is chosen. */
export function usePages<Data, Node, Filter extends object>(
  document: TypedDocumentNode<Data, Filter & { after: string | null }>,
  of: (data: Data) => Page<Node> | undefined,
  filter: Filter = EVERYTHING as Filter,
): Pages<Node> {
  const client = useClient();
  const [nodes, setNodes] = useState<readonly Node[]>([]);
  const [after, setAfter] = useState<string | null>(null);
  const [wanted, setWanted] = useState<{ after: string | null; pages: number }>({ after: null, pages: 1 });
  const shown = useRef(1);
  const [hasMore, setHasMore] = useState(false);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<CombinedError>();
  useEffect(() => {
    let stopped = false;
    const ask = async (from: string | null) => {
      const asked = client.query(document, { ...filter, after: from }, { requestPolicy: 'network-only' });
      const result = await asked.toPromise();
      const page = result.data && of(result.data);
      return { page, error: page ? undefined : result.error };
    };
    const read = async () => {
      setLoading(true);
      const found: Node[] = [];
      let at: { endCursor: string | null; hasNextPage: boolean } = {
        endCursor: wanted.after,
        hasNextPage: true,
      };
      for (let count = 0; count < wanted.pages && at.hasNextPage; count += 1) {
        const { page, error: failure } = await ask(at.endCursor);
        if (stopped) return;
        setError(failure);
        if (!page) {
          setLoading(false);
          return;
        }
        found.push(...page.nodes);
        at = unmask(PageFieldsFragmentDoc, page.pageInfo);
      }
      setLoading(false);
      setNodes((before) => (wanted.after === null ? found : [...before, ...found]));
      shown.current = wanted.after === null ? wanted.pages : shown.current + 1;
      setAfter(at.endCursor);
      setHasMore(at.hasNextPage);
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [client, document, of, filter, wanted]);
  const more = useCallback(() => setWanted({ after, pages: 1 }), [after]);
  const again = useCallback(() => setWanted({ after: null, pages: 1 }), []);
  const refresh = useCallback(() => setWanted({ after: null, pages: shown.current }), []);
  return { nodes, loading, error, hasMore, more, again, refresh };
}
