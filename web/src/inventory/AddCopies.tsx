import { Checkbox, Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { type Action, Form, useFormState } from '../forms/Form';
import { TextField } from '../forms/fields';
import { answered, type Problem } from '../forms/problems';
import { AddToInventoryDocument, CardOfPrintingDocument, type PrintingChoiceFragment } from '../gql/graphql';
import { useFocusBack } from '../ui/hooks';
import { CardPicker, type Picked } from './CardPicker';
import { usePrintingChoices } from './choices';
import { useInventory, useOutcome } from './context';
import { FactFields } from './FactFields';
import { factsOf, quantityOf } from './facts';
import { labelOf } from './printings';
import { copies, languageOf } from './words';

interface Chosen {
  card: Picked | undefined;
  printing: string | null;
}

function WhichPrinting({
  card,
  printings,
  chosen,
  loading,
  choose,
}: {
  card: Picked | undefined;
  printings: readonly PrintingChoiceFragment[];
  chosen: PrintingChoiceFragment | undefined;
  loading: boolean;
  choose: (chosen: Chosen) => void;
}) {
  const { problemOf } = useFormState();
  return (
    <>
      <CardPicker
        card={card}
        pick={(picked) => choose({ card: picked, printing: null })}
        problem={problemOf('card')}
      />
      <Select
        name="printingId"
        label="Printing"
        data={printings.map((one) => ({ value: one.id, label: labelOf(one) }))}
        value={chosen?.id ?? null}
        onChange={(id) => choose({ card, printing: id })}
        searchable
        allowDeselect={false}
        limit={100}
        disabled={!card || loading}
        placeholder={loading ? 'Loading…' : 'Choose a card first'}
        nothingFoundMessage="No such printing"
        error={problemOf('printingId')}
      />
      <TextField name="quantity" label="Quantity" initial="1" inputMode="numeric" />
    </>
  );
}

/** Sends the copies; `added` is told of those that the server took. */
function useAdd(added: (quantity: number) => void): Action {
  const outcome = useOutcome();
  const { done } = useInventory();
  const [, add] = useMutation(AddToInventoryDocument);
  return async (values) => {
    const printingId = values.text('printingId');
    if (!printingId) return [{ field: 'card', message: 'Choose one of the cards that are found.' }];
    const typed: Problem[] = [];
    const quantity = quantityOf(values, typed);
    const facts = factsOf(values, typed);
    if (typed.length > 0) return typed;
    const asked = add({ lots: [{ printingId, quantity, ...facts }] });
    const { change, problems } = outcome((await answered(asked)).addToInventory);
    if (problems.length > 0) return problems;
    if (change) done({ text: `${copies(quantity)} added.`, changes: [change.id] });
    added(quantity);
    return [];
  };
}

function AddForm({ start, binder, close }: { start: Chosen; binder: string; close: () => void }) {
  const [{ card, printing }, choose] = useState(start);
  const { printings, loading, failure } = usePrintingChoices(card?.id);
  const chosen = printings.find(({ id }) => id === printing) ?? printings[0];
  const [more, setMore] = useState(false);
  const [last, setLast] = useState({ count: 0, text: '' });
  const action = useAdd((quantity) => {
    if (!more) close();
    setLast(({ count }) => ({ count: count + 1, text: `${copies(quantity)} of ${card?.name} added.` }));
    choose({ card: undefined, printing: null });
  });
  return (
    <Form
      action={action}
      submit="Add"
      beside={
        <>
          <Checkbox
            label="And another one after it"
            checked={more}
            onChange={(event) => setMore(event.currentTarget.checked)}
          />
          <span role="status" className="up">
            {last.text}
          </span>
        </>
      }
    >
      {failure && (
        <p role="alert" className="down">
          {failure}
        </p>
      )}
      <WhichPrinting
        key={last.count}
        card={card}
        printings={printings}
        chosen={chosen}
        loading={loading}
        choose={choose}
      />
      {/* What the next copies most likely have in common with these stays. */}
      <FactFields
        fresh={last.count}
        finishes={chosen?.finishes ?? ['NONFOIL']}
        language={languageOf(chosen?.language ?? 'en')}
        binder={binder}
      />
    </Form>
  );
}

/** The panel for new copies: of a card that is found here, or of the printing somebody came from. */
export function AddCopies({ add, binder, close }: { add: string; binder: string; close: () => void }) {
  useFocusBack();
  const [{ data, fetching }] = useQuery({
    query: CardOfPrintingDocument,
    variables: { id: add },
    pause: add === 'card',
  });
  const printing = add === 'card' ? undefined : (data?.printing ?? undefined);
  // The focus goes to the first field as the panel opens: it opens when there is one.
  if (fetching && add !== 'card') return null;
  return (
    <Modal opened onClose={close} title="Add copies" centered size="lg">
      <AddForm
        start={{ card: printing?.card, printing: printing?.id ?? null }}
        binder={binder}
        close={close}
      />
    </Modal>
  );
}
