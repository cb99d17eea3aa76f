import { Chip, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { formatName, RARITY } from '../lib/labels';
import { anyOf, type Field, quoted, readField, writeField } from '../lib/query';
import { useCurrency } from '../shell/currency';
import { Pip } from '../ui/Mana';

const COLOR_NAMES: Record<string, string> = { w: 'White', u: 'Blue', b: 'Black', r: 'Red', g: 'Green' };
const LETTERS = ['w', 'u', 'b', 'r', 'g'] as const;
const COLORS: Field = { keys: ['c', 'color', 'colors', 'id', 'identity', 'ci'], ops: [':', '=', '<=', '>='] };
const RARITIES: Field = { keys: ['r', 'rarity'], ops: [':', '='] };
const TYPE: Field = { keys: ['t', 'type'], ops: [':', '='] };
const SET: Field = { keys: ['s', 'e', 'set', 'edition'], ops: [':', '='] };
const FORMAT: Field = { keys: ['f', 'format', 'legal'], ops: [':', '='] };
const FINISHES = ['foil', 'nonfoil', 'etched'];
const FINISH: Field = { keys: ['is'], ops: [':', '='], values: FINISHES };
const FORMATS = ['standard', 'pioneer', 'modern', 'legacy', 'vintage', 'commander', 'pauper', 'premodern'];

const MODES = [
  { value: 'c:', label: 'Including' },
  { value: 'c=', label: 'Exactly' },
  { value: 'c<=', label: 'At most' },
  { value: 'id<=', label: 'Identity within' },
];

interface Props {
  query: string;
  onQuery: (query: string) => void;
}

function ColorFilter({ query, onQuery }: Props) {
  const current = readField(query, COLORS)[0];
  const chosen = new Set(
    (current?.value.toLowerCase() ?? '').split('').filter((letter) => COLOR_NAMES[letter]),
  );
  const identity = current && ['id', 'identity', 'ci'].includes(current.key);
  const said = current ? `${identity ? 'id' : 'c'}${identity ? '<=' : current.op.replace('>=', ':')}` : 'c:';
  const [mode, setMode] = useState('c:');
  const active = current ? said : mode;
  const write = (prefix: string, letters: Set<string>) => {
    const value = LETTERS.filter((letter) => letters.has(letter)).join('');
    onQuery(writeField(query, COLORS, value ? `${prefix}${value}` : null));
  };
  return (
    <fieldset className="filter">
      <legend>Colour</legend>
      <div className="row">
        <span className="colors">
          {LETTERS.map((letter) => (
            <button
              key={letter}
              type="button"
              className="color"
              aria-pressed={chosen.has(letter)}
              aria-label={COLOR_NAMES[letter]}
              onClick={() => write(active, toggled(chosen, letter))}
            >
              <Pip symbol={letter.toUpperCase()} />
            </button>
          ))}
        </span>
        <NativeSelect
          size="xs"
          aria-label="How colours match"
          value={active}
          data={MODES}
          onChange={(event) => {
            setMode(event.currentTarget.value);
            write(event.currentTarget.value, chosen);
          }}
        />
      </div>
    </fieldset>
  );
}

function toggled(set: ReadonlySet<string>, value: string): Set<string> {
  const copy = new Set(set);
  if (!copy.delete(value)) copy.add(value);
  return copy;
}

function Chips({
  query,
  onQuery,
  legend,
  field,
  write,
  options,
}: Props & {
  legend: string;
  field: Field;
  write: string;
  options: readonly { value: string; label: string }[];
}) {
  const chosen = readField(query, field).map((one) => one.value.toLowerCase());
  return (
    <fieldset className="filter">
      <legend>{legend}</legend>
      <Chip.Group
        multiple
        value={chosen}
        onChange={(values) => onQuery(writeField(query, field, anyOf(write, values)))}
      >
        <div className="row">
          {options.map((option) => (
            <Chip key={option.value} size="xs" value={option.value}>
              {option.label}
            </Chip>
          ))}
        </div>
      </Chip.Group>
    </fieldset>
  );
}

/** A text or number that becomes one clause a moment after the last key. */
function Typed({
  query,
  onQuery,
  label,
  field,
  clause,
  placeholder,
}: Props & {
  label: string;
  field: Field;
  clause: (value: string) => string;
  placeholder: string;
}) {
  const said = readField(query, field)[0]?.value ?? '';
  const [text, setText] = useState(said);
  const [seen, setSeen] = useState(said);
  if (said !== seen) {
    setSeen(said);
    setText(said);
  }
  const write = useDebouncedCallback((value: string) => {
    onQuery(writeField(query, field, value ? clause(value) : null));
  }, 350);
  return (
    <TextInput
      size="xs"
      label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        write(event.currentTarget.value.trim());
      }}
    />
  );
}

/** What people type as a price, as the search language writes it. */
function number(value: string): string {
  return value.replace(',', '.').replace(/[^\d.]/g, '');
}

function PriceRange({ query, onQuery }: Props) {
  const key = useCurrency().toLowerCase();
  return (
    <div className="filter-pair">
      <Typed
        key={`${key}-from`}
        query={query}
        onQuery={onQuery}
        label={`From ${key.toUpperCase()}`}
        placeholder="any"
        field={{ keys: [key], ops: ['>=', '>'] }}
        clause={(value) => `${key}>=${number(value)}`}
      />
      <Typed
        key={`${key}-to`}
        query={query}
        onQuery={onQuery}
        label={`To ${key.toUpperCase()}`}
        placeholder="any"
        field={{ keys: [key], ops: ['<=', '<'] }}
        clause={(value) => `${key}<=${number(value)}`}
      />
    </div>
  );
}

/** Controls that write the same query the box shows; nothing here has a state of its own. */
export function Filters({ query, onQuery }: Props) {
  const both = { query, onQuery };
  const format = readField(query, FORMAT)[0]?.value.toLowerCase() ?? '';
  const formats = format && !FORMATS.includes(format) ? [format, ...FORMATS] : FORMATS;
  return (
    <section className="panel filters" aria-label="Filters">
      <ColorFilter {...both} />
      <Chips
        {...both}
        legend="Rarity"
        field={RARITIES}
        write="r"
        options={(['COMMON', 'UNCOMMON', 'RARE', 'MYTHIC'] as const).map((rarity) => ({
          value: rarity.toLowerCase(),
          label: RARITY[rarity],
        }))}
      />
      <Chips
        {...both}
        legend="Finish"
        field={FINISH}
        write="is"
        options={[
          { value: 'nonfoil', label: 'Regular' },
          { value: 'foil', label: 'Foil' },
          { value: 'etched', label: 'Etched' },
        ]}
      />
      <Typed
        {...both}
        label="Type"
        placeholder="creature"
        field={TYPE}
        clause={(value) => `t:${quoted(value)}`}
      />
      <Typed
        {...both}
        label="Set code"
        placeholder="mh3"
        field={SET}
        clause={(value) => `s:${quoted(value)}`}
      />
      <NativeSelect
        size="xs"
        label="Legal in"
        value={format}
        data={[
          { value: '', label: 'Any format' },
          ...formats.map((value) => ({ value, label: formatName(value) })),
        ]}
        onChange={(event) => {
          const value = event.currentTarget.value;
          onQuery(writeField(query, FORMAT, value ? `f:${value}` : null));
        }}
      />
      <PriceRange {...both} />
    </section>
  );
}
