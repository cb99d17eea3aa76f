import { Button, Menu } from '@mantine/core';
import { useMutation } from 'urql';
import { useAttempt } from '../admin/useAction';
import { answered, type Problem } from '../forms/problems';
import type { FragmentType } from '../gql';
import {
  EditInventoryDocument,
  type InventoryFactsInput,
  type InventoryOutcomeFragmentDoc,
  type LotFieldsFragment,
  RemoveFromInventoryDocument,
} from '../gql/graphql';
import { RequestFailed } from '../session/post';
import { ConfirmButton } from '../settings/ConfirmButton';
import { useInventory, useOutcome } from './context';
import { copies, lots as lotsWord } from './words';

type Lot = LotFieldsFragment;
type Masked = FragmentType<typeof InventoryOutcomeFragmentDoc>;

/** So many lots go in one request. */
const CHUNK = 100;

const chunks = (lots: readonly Lot[]): Lot[][] =>
  Array.from({ length: Math.ceil(lots.length / CHUNK) }, (_, at) => lots.slice(at * CHUNK, (at + 1) * CHUNK));

/** Does one thing to many lots; what was done before a refusal stays done, and can be taken back. */
function useMany() {
  const outcome = useOutcome();
  const { done } = useInventory();
  return async (
    lots: readonly Lot[],
    verb: string,
    send: (some: Lot[]) => Promise<Masked>,
  ): Promise<Problem[]> => {
    const changes: string[] = [];
    let sum = 0;
    const tell = () => {
      if (changes.length > 0) done({ text: `${copies(sum)} ${verb}.`, changes });
    };
    for (const some of chunks(lots)) {
      const { change, problems } = outcome(await send(some));
      if (problems.length > 0) {
        tell();
        return problems;
      }
      if (change) changes.push(change.id);
      sum += some.reduce((total, { quantity }) => total + quantity, 0);
    }
    tell();
    return [];
  };
}

const MARKS: readonly { label: string; set: InventoryFactsInput; verb: string }[] = [
  { label: 'For trade', set: { forTrade: true }, verb: 'marked for trade' },
  { label: 'Not for trade', set: { forTrade: false }, verb: 'marked as not for trade' },
  { label: 'Hidden from shared pages', set: { hidden: true }, verb: 'hidden from shared pages' },
  { label: 'Shown on shared pages', set: { hidden: false }, verb: 'shown on shared pages' },
];

interface Props {
  lots: readonly Lot[];
  clear: () => void;
}

/** What can be done with all lots that are selected. */
export function Bulk({ lots, clear }: Props) {
  const { binders = [] } = useInventory();
  const many = useMany();
  const [, edit] = useMutation(EditInventoryDocument);
  const [, remove] = useMutation(RemoveFromInventoryDocument);
  const change = async (set: InventoryFactsInput, verb: string) => {
    const problems = await many(lots, verb, async (some) => {
      const edits = some.map(({ id, quantity }) => ({ lotId: id, quantity, set }));
      return (await answered(edit({ edits }))).editInventory;
    });
    if (problems[0]) throw new RequestFailed(problems[0].message);
  };
  const removeAll = async () => {
    const problems = await many(lots, 'removed', async (some) => {
      const removals = some.map(({ id, quantity }) => ({ lotId: id, quantity }));
      return (await answered(remove({ lots: removals }))).removeFromInventory;
    });
    if (problems.length === 0) clear();
    return problems;
  };
  const all = copies(lots.reduce((total, { quantity }) => total + quantity, 0));
  const places = [...binders.map(({ id, name }) => ({ id, name })), { id: null, name: 'No binder' }];
  const { run, busy, failure } = useAttempt(change, clear);
  return (
    <div className="bulk" role="group" aria-label="Selected lots" data-testid="bulk">
      <strong className="num">{lotsWord(lots.length)} selected</strong>
      <Menu position="bottom-start" width={220}>
        <Menu.Target>
          <Button size="xs" variant="default" loading={busy}>
            Move to binder
          </Button>
        </Menu.Target>
        <Menu.Dropdown className="places">
          {places.map(({ id, name }) => (
            <Menu.Item key={id} onClick={() => run({ binderId: id }, `moved to ${id ? name : 'no binder'}`)}>
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="xs" variant="default" loading={busy}>
            Mark
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {MARKS.map(({ label, set, verb }) => (
            <Menu.Item key={label} onClick={() => run(set, verb)}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ConfirmButton label="Remove" title={`Remove ${all}?`} submit="Remove" action={removeAll}>
        <p>For copies that are lost, given away or were entered by mistake. It can be taken back.</p>
      </ConfirmButton>
      <Button size="xs" variant="subtle" onClick={clear}>
        Clear
      </Button>
      {failure && (
        <span role="alert" className="down small">
          {failure}
        </span>
      )}
    </div>
  );
}
