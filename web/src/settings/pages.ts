import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useCallback, useEffect, useState } from 'react';
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
  const [wanted, setWanted] = useState<{ after: string | null }>({ after: null });
  const [hasMore, setHasMore] = useState(false);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<CombinedError>();
  useEffect(() => {
    let stopped = false;
    const read = async () => {
      setLoading(true);
      const result = await client
        .query(document, { ...filter, after: wanted.after }, { requestPolicy: 'network-only' })
        .toPromise();
      if (stopped) return;
      setLoading(false);
      const page = result.data && of(result.data);
      setError(page ? undefined : result.error);
      if (!page) return;
      setNodes((before) => (wanted.after === null ? page.nodes : [...before, ...page.nodes]));
      const { endCursor, hasNextPage } = unmask(PageFieldsFragmentDoc, page.pageInfo);
      setAfter(endCursor);
      setHasMore(hasNextPage);
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [client, document, of, filter, wanted]);
  const more = useCallback(() => setWanted({ after }), [after]);
  const again = useCallback(() => setWanted({ after: null }), []);
  return { nodes, loading, error, hasMore, more, again };
}
