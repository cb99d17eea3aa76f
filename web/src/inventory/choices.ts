import { useEffect, useState } from 'react';
import { type Client, useClient } from 'urql';
import { answered } from '../forms/problems';
import { unmask } from '../gql';
import {
  PageFieldsFragmentDoc,
  type PrintingChoiceFragment,
  PrintingChoiceFragmentDoc,
  PrintingChoicesDocument,
} from '../gql/graphql';
import { RequestFailed } from '../session/post';

interface Choices {
  printings: readonly PrintingChoiceFragment[];
  loading: boolean;
  failure: string | undefined;
}

const NONE: Choices = { printings: [], loading: false, failure: undefined };

/** Every printing of a card, page after page: some lands have many hundred. */
async function printingsOf(
  client: Client,
  id: string,
  after: string | null = null,
): Promise<PrintingChoiceFragment[]> {
  const { card } = await answered(client.query(PrintingChoicesDocument, { id, after }).toPromise());
  if (!card) return [];
  const here = [...unmask(PrintingChoiceFragmentDoc, card.printings.nodes)];
  const { hasNextPage, endCursor } = unmask(PageFieldsFragmentDoc, card.printings.pageInfo);
  return hasNextPage ? [...here, ...(await printingsOf(client, id, endCursor))] : here;
}

export function usePrintingChoices(cardId: string | undefined): Choices {
  const client = useClient();
  const [choices, setChoices] = useState(NONE);
  useEffect(() => {
    let stopped = false;
    const tell = (change: Partial<Choices>) => {
      if (!stopped) setChoices({ ...NONE, ...change });
    };
    const read = async (id: string) => {
      tell({ loading: true });
      try {
        tell({ printings: await printingsOf(client, id) });
      } catch (error) {
        if (!(error instanceof RequestFailed)) throw error;
        tell({ failure: error.message });
      }
    };
    if (cardId === undefined) tell({});
    else void read(cardId);
    return () => {
      stopped = true;
    };
  }, [client, cardId]);
  return choices;
}
