import { Button, Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { useMutation } from 'urql';
import { useAttempt } from '../admin/useAction';
import { type ImportRowFieldsFragment, ResolveImportRowDocument } from '../gql/graphql';
import { CardPicker, type Picked } from '../inventory/CardPicker';
import { usePrintingChoices } from '../inventory/choices';
import { labelOf } from '../inventory/printings';
import { useFocusBack } from '../ui/hooks';
import { taken } from './useImport';

interface Props {
  id: string;
  row: ImportRowFieldsFragment;
  close: () => void;
  decided: () => void;
}

/** Decides which printing a row of the file means, or that it is left out. */
export function ChoosePrinting({ id, row, close, decided }: Props) {
  useFocusBack();
  const [card, setCard] = useState<Picked | undefined>(row.printing?.card);
  const [printing, setPrinting] = useState(row.printing?.id ?? null);
  const { printings, loading, failure } = usePrintingChoices(card?.id);
  const [, resolve] = useMutation(ResolveImportRowDocument);
  const decide = useAttempt(
    (printingId: string | null) =>
      taken(resolve({ id, row: row.row, printingId }), (answer) => answer.resolveInventoryImportRow),
    () => {
      decided();
      close();
    },
  );
  const chosen = printings.find((one) => one.id === printing) ?? printings[0];
  return (
    <Modal opened onClose={close} title={`Line ${row.line}: ${row.name ?? 'no name'}`} centered size="lg">
      <div className="form">
        <p className="muted small">
          {[row.setName ?? row.setCode?.toUpperCase(), row.collectorNumber].filter(Boolean).join(' ')}
        </p>
        <CardPicker
          card={card}
          pick={(picked) => {
            setCard(picked);
            setPrinting(null);
          }}
          problem={undefined}
        />
        <Select
          label="Printing"
          data={printings.map((one) => ({ value: one.id, label: labelOf(one) }))}
          value={chosen?.id ?? null}
          onChange={setPrinting}
          searchable
          allowDeselect={false}
          limit={100}
          disabled={!card || loading}
          placeholder={loading ? 'Loading…' : 'Choose a card first'}
          nothingFoundMessage="No such printing"
        />
        {(decide.failure ?? failure) && (
          <p role="alert" className="down">
            {decide.failure ?? failure}
          </p>
        )}
        <div className="row">
          <Button
            size="sm"
            disabled={!chosen}
            loading={decide.busy}
            onClick={() => decide.run(chosen?.id ?? null)}
          >
            It is this one
          </Button>
          <Button size="sm" variant="default" loading={decide.busy} onClick={() => decide.run(null)}>
            Leave it out
          </Button>
        </div>
      </div>
    </Modal>
  );
}
