import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { PaletteDocument } from '../gql/graphql';

export interface Picked {
  id: string;
  name: string;
}

/** Finds a card by the beginning of its name, or by something like it. */
export function CardPicker({
  card,
  pick,
  problem,
}: {
  card: Picked | undefined;
  pick: (card: Picked | undefined) => void;
  problem: string | undefined;
}) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  // For the next card nobody should have to reach for the field.
  useEffect(() => input.current?.focus(), []);
  const text = card?.name ?? typed;
  const [settled] = useDebouncedValue(typed.trim(), 120);
  const short = settled.length < 2;
  const [{ data, fetching, error }] = useQuery({
    query: PaletteDocument,
    variables: { text: settled },
    pause: short || card !== undefined,
  });
  const matches = short ? [] : (data?.autocomplete ?? []);
  const choose = (id: string) => {
    const match = matches.find((one) => one.card.id === id);
    if (match) pick({ id, name: match.name });
    combobox.closeDropdown();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.Target>
        <TextInput
          ref={input}
          label="Card"
          name="card"
          required
          withAsterisk={false}
          placeholder="Lightning Bolt"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={text}
          error={problem}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            if (card) pick(undefined);
            combobox.openDropdown();
            combobox.selectFirstOption();
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={short || card !== undefined}>
        <Combobox.Options aria-label="Cards">
          {matches.map(({ name, card: { id, typeLine } }) => (
            <Combobox.Option key={id} value={id}>
              <span className="choice-name">{name}</span> <span className="muted small">{typeLine}</span>
            </Combobox.Option>
          ))}
          {matches.length === 0 && (
            <Combobox.Empty>
              {error
                ? 'Search does not answer. Try again in a moment.'
                : fetching
                  ? 'Searching…'
                  : 'No card has such a name.'}
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
