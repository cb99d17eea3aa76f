import { useRef } from 'react';
import { useClient } from 'urql';
import { answered } from '../forms/problems';
import {
  AddToInventoryDocument,
  EditInventoryDocument,
  type LotFieldsFragment,
  RemoveFromInventoryDocument,
} from '../gql/graphql';
import { RequestFailed } from '../session/post';
import { useInventory, useOutcome } from './context';
import { type CellChange, moreOf, preview } from './inplace';
import { copies, nameOf } from './words';

export type Change = (lot: LotFieldsFragment, change: CellChange) => void;

const told = (change: CellChange, lot: LotFieldsFragment) =>
  'set' in change
    ? `${copies(lot.quantity)} of ${nameOf(lot)} changed.`
    : `${copies(Math.abs(change.copies))} of ${nameOf(lot)} ${change.copies > 0 ? 'added' : 'removed'}.`;

/** Lets what is done with a row wait for what was done with it before. */
function useTurns() {
  const last = useRef(new Map<string, Promise<unknown>>());
  return async (row: string, run: () => Promise<void>) => {
    const before = last.current.get(row);
    const mine = Promise.resolve(before).then(run, run);
    last.current.set(row, mine);
    await mine;
  };
}

/** Changes lots where they stand: at once on the screen, and back again if the server does not do it. */
export function useInPlace(): Change {
  const client = useClient();
  const outcome = useOutcome();
  const { store, binders = [], done, refuse } = useInventory();
  const inTurn = useTurns();
  const send = async (lot: LotFieldsFragment, change: CellChange) => {
    if ('set' in change) {
      const edits = [{ lotId: lot.id, set: change.set }];
      return (await answered(client.mutation(EditInventoryDocument, { edits }).toPromise())).editInventory;
    }
    if (change.copies > 0) {
      const lots = [moreOf(lot, change.copies)];
      return (await answered(client.mutation(AddToInventoryDocument, { lots }).toPromise())).addToInventory;
    }
    const lots = [{ lotId: lot.id, quantity: -change.copies }];
    return (await answered(client.mutation(RemoveFromInventoryDocument, { lots }).toPromise()))
      .removeFromInventory;
  };
  const run = async (drawn: LotFieldsFragment, change: CellChange) => {
    // The change before may have moved the copies to another lot.
    const lot = store.told(drawn.id) ?? drawn;
    const { change: made, problems } = outcome(await send(lot, change));
    if (problems[0]) throw new RequestFailed(problems[0].message);
    if (made) done({ text: told(change, lot), changes: [made.id] });
  };
  const change = async (lot: LotFieldsFragment, what: CellChange) => {
    const { id } = store.told(lot.id) ?? lot;
    const end = store.preview(id, preview(lot, what, binders));
    refuse(undefined);
    try {
      await inTurn(store.keyOf(id), () => run(lot, what));
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      refuse(`${nameOf(lot)}: ${error.message}`);
    } finally {
      // What was not done is not shown either.
      end();
    }
  };
  return (lot, what) => void change(lot, what);
}
