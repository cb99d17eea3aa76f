import { createContext, use } from 'react';
import { useMutation } from 'urql';
import type { Problem } from '../forms/problems';
import { answered } from '../forms/problems';
import { type FragmentType, unmask } from '../gql';
import {
  type BindersQuery,
  InventoryOutcomeFragmentDoc,
  LotFieldsFragmentDoc,
  UndoInventoryChangeDocument,
} from '../gql/graphql';
import { RequestFailed } from '../session/post';
import type { LotStore } from './store';

export type BinderRow = NonNullable<BindersQuery['viewer']>['binders'][number];

/** What was done last, and can be taken back. */
export interface Deed {
  text: string;
  /** Its changes, in the order in which they were made. */
  changes: readonly string[];
  /** Whether it was a taking back: then taking it back is doing it again. */
  undo?: boolean;
}

interface Inventory {
  store: LotStore;
  /** By name; undefined until they are known. */
  binders: readonly BinderRow[] | undefined;
  readBinders: () => void;
  done: (deed: Deed | undefined) => void;
  /** Says what was not done, and why. */
  refuse: (why: string | undefined) => void;
}

export const InventoryContext = createContext<Inventory | null>(null);

export function useInventory(): Inventory {
  const inventory = use(InventoryContext);
  if (!inventory) throw new Error('used outside the inventory page');
  return inventory;
}

type Told = readonly { field: string; message: string }[];

/** The server's words as sentences, beside the fields of a form: `edits[0].set.cost.amount` is `cost.amount`. */
export function problemsAt(errors: Told): Problem[] {
  return errors.map(({ field, message }) => ({
    field: field.replace(/^(?:lots|edits|sales)\[\d+\]\.(?:set\.)?/, '').replace(/\[\d+\]$/, ''),
    message: `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.?$/, '.')}`,
  }));
}

/** Takes in what a mutation came to. */
export function useOutcome() {
  const { store } = useInventory();
  return (masked: FragmentType<typeof InventoryOutcomeFragmentDoc>) => {
    const { change, lots, errors } = unmask(InventoryOutcomeFragmentDoc, masked);
    store.tell(unmask(LotFieldsFragmentDoc, lots));
    return { change, problems: problemsAt(errors) };
  };
}

/** Takes changes back, the last one first; what the server refuses is thrown. */
export function useUndo() {
  const outcome = useOutcome();
  const { done } = useInventory();
  const [, undo] = useMutation(UndoInventoryChangeDocument);
  return async (deed: Omit<Deed, 'text'>) => {
    const changes: string[] = [];
    let result = undo({ id: deed.changes.at(-1) ?? '' });
    for (const [at, id] of [...deed.changes].toReversed().entries()) {
      if (at > 0) result = undo({ id });
      const { change, problems } = outcome((await answered(result)).undoInventoryChange);
      if (problems[0]) throw new RequestFailed(problems[0].message);
      if (change) changes.push(change.id);
    }
    done({ text: deed.undo ? 'Done again.' : 'Taken back.', changes, undo: !deed.undo });
    return result;
  };
}
