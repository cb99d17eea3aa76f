import { Button, Modal } from '@mantine/core';
import { useMutation } from 'urql';
import { type Action, Form } from '../forms/Form';
import { TextField } from '../forms/fields';
import { answered, type Problem } from '../forms/problems';
import {
  EditInventoryDocument,
  type LotFieldsFragment,
  RemoveFromInventoryDocument,
  SellFromInventoryDocument,
} from '../gql/graphql';
import { FINISH } from '../lib/labels';
import { useFocusBack } from '../ui/hooks';
import { useInventory, useOutcome } from './context';
import { FactFields, PaidFields } from './FactFields';
import { factsOf, paidOf, quantityOf } from './facts';
import { copies, GRADE, nameOf, today } from './words';

interface Props {
  lot: LotFieldsFragment;
  close: () => void;
}

function Quantity({ lot, hint, initial }: { lot: LotFieldsFragment; hint?: string; initial: number }) {
  return (
    <TextField
      name="quantity"
      label="Quantity"
      hint={hint ?? `Of ${copies(lot.quantity)}.`}
      initial={String(initial)}
      inputMode="numeric"
      first
    />
  );
}

function Cancel({ close }: { close: () => void }) {
  return (
    <Button size="sm" variant="subtle" onClick={close}>
      Cancel
    </Button>
  );
}

function EditLot({ lot, close }: Props) {
  const outcome = useOutcome();
  const { done } = useInventory();
  const [, edit] = useMutation(EditInventoryDocument);
  const action: Action = async (values) => {
    const typed: Problem[] = [];
    const quantity = quantityOf(values, typed);
    const set = factsOf(values, typed);
    if (typed.length > 0) return typed;
    const asked = edit({ edits: [{ lotId: lot.id, quantity, set }] });
    const { change, problems } = outcome((await answered(asked)).editInventory);
    if (problems.length > 0) return problems;
    if (change) done({ text: `${copies(quantity)} changed.`, changes: [change.id] });
    close();
    return [];
  };
  const { finishes } = lot.printing;
  return (
    <Form action={action} submit="Save" beside={<Cancel close={close} />}>
      <Quantity
        lot={lot}
        initial={lot.quantity}
        hint={`How many of ${copies(lot.quantity)}. With fewer the lot is split.`}
      />
      {/* A finish that a later catalogue does not know any more stays what it is. */}
      <FactFields lot={lot} finishes={finishes.includes(lot.finish) ? finishes : [lot.finish, ...finishes]} />
    </Form>
  );
}

function SellLot({ lot, close }: Props) {
  const outcome = useOutcome();
  const { done } = useInventory();
  const [, sell] = useMutation(SellFromInventoryDocument);
  const action: Action = async (values) => {
    const typed: Problem[] = [];
    const quantity = quantityOf(values, typed);
    const price = paidOf(values, 'price', typed);
    if (typed.length > 0 || !price) return typed;
    const sales = [{ of: { lotId: lot.id }, quantity, price }];
    const asked = sell({ sales, soldOn: values.text('soldOn') || null });
    const { change, problems } = outcome((await answered(asked)).sellFromInventory);
    if (problems.length > 0) return problems;
    if (change) done({ text: `${copies(quantity)} sold.`, changes: [change.id] });
    close();
    return [];
  };
  return (
    <Form action={action} submit="Sell" beside={<Cancel close={close} />}>
      <Quantity lot={lot} initial={1} />
      <PaidFields name="price" label="Got for one" />
      <TextField name="soldOn" label="Sold on" type="date" initial={today()} />
    </Form>
  );
}

function RemoveLot({ lot, close }: Props) {
  const outcome = useOutcome();
  const { done } = useInventory();
  const [, remove] = useMutation(RemoveFromInventoryDocument);
  const action: Action = async (values) => {
    const typed: Problem[] = [];
    const quantity = quantityOf(values, typed);
    if (typed.length > 0) return typed;
    const asked = remove({ lots: [{ lotId: lot.id, quantity }] });
    const { change, problems } = outcome((await answered(asked)).removeFromInventory);
    if (problems.length > 0) return problems;
    if (change) done({ text: `${copies(quantity)} removed.`, changes: [change.id] });
    close();
    return [];
  };
  return (
    <Form danger action={action} submit="Remove" beside={<Cancel close={close} />}>
      <p className="muted">For copies that are lost, given away or were entered by mistake.</p>
      <Quantity lot={lot} initial={lot.quantity} />
    </Form>
  );
}

const DIALOGS = {
  edit: { title: 'Edit', Body: EditLot },
  sell: { title: 'Sell', Body: SellLot },
  remove: { title: 'Remove', Body: RemoveLot },
} as const;

export type Deal = keyof typeof DIALOGS;

/** What can be done with one lot. */
export function LotDialog({ deal, lot, close, from }: Props & { deal: Deal; from: HTMLElement | null }) {
  useFocusBack(from);
  const { title, Body } = DIALOGS[deal];
  const { set, collectorNumber } = lot.printing;
  return (
    <Modal opened onClose={close} title={`${title} ${nameOf(lot)}`} centered size="lg">
      <p className="muted small dialog-lot">
        {set.name} ({set.code.toUpperCase()}) {collectorNumber}, {FINISH[lot.finish]}, {GRADE[lot.grade]}
      </p>
      <Body lot={lot} close={close} />
    </Modal>
  );
}
