import { ActionIcon, Menu, NativeSelect, NumberInput, Progress } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { SOURCE } from '../lib/labels';
import { formatMoney } from '../lib/money';
import { MoreIcon } from '../ui/icons';
import type { WantRow } from './useWants';
import { limitsOf, nearness, sourceOf, whichOf } from './words';

const MOST = 10_000;

export interface Actions {
  quantity: (row: WantRow, quantity: number) => void;
  priority: (row: WantRow, priority: number) => void;
  edit: (row: WantRow) => void;
  move: ((row: WantRow) => void) | undefined;
  remove: (row: WantRow) => void;
}

/** How many are wanted, changed where it stands: when it is left, or by Enter. */
function Quantity({ row, change }: { row: WantRow; change: Actions['quantity'] }) {
  const { want } = row;
  const [typed, setTyped] = useState<number | string>(want.quantity);
  const settle = () => {
    const number = Number(typed);
    if (!Number.isInteger(number) || number < 1 || number > MOST) setTyped(want.quantity);
    else if (number !== want.quantity) change(row, number);
  };
  return (
    <NumberInput
      size="xs"
      w={68}
      min={1}
      max={MOST}
      allowDecimal={false}
      aria-label={`Wanted copies of ${want.card.name}`}
      value={typed}
      onChange={setTyped}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key === 'Enter') settle();
      }}
    />
  );
}

function Have({ want }: WantRow) {
  const all = want.missing === 0;
  return (
    <span className={all ? 'up' : undefined}>
      {want.have} have{all ? '' : `, ${want.missing} missing`}
    </span>
  );
}

function Best({ want, best }: WantRow) {
  if (!best) return <span className="muted">—</span>;
  const { printing, source, condition, money, converted } = best;
  const changed = converted && converted.currency !== money.currency;
  return (
    <>
      <Link
        to="/cards/$id"
        params={{ id: want.card.id }}
        search={{ printing: printing.id }}
        className="num link-name"
      >
        {formatMoney(converted ?? money)}
      </Link>
      <div className="muted small">
        {changed && `${formatMoney(money)} · `}
        {SOURCE[source]}, {printing.set.code.toUpperCase()}, {condition}
      </div>
    </>
  );
}

function Target({ want, best }: WantRow) {
  if (!want.target) return <span className="muted">—</span>;
  const { price } = want.target;
  const now = best?.inTargetCurrency;
  const near = now ? nearness(price.amount, now) : 0;
  return (
    <>
      <span className="num">{formatMoney(price)}</span>
      <span className="muted small">{sourceOf(want)}</span>
      {now && (
        <Progress
          size="sm"
          value={near}
          color={want.targetReached ? 'teal' : 'gray'}
          aria-label={`${want.card.name}: the price is ${want.targetReached ? 'as low as' : 'above'} the target`}
        />
      )}
      {want.targetReached && <div className="up small">Reached</div>}
      {want.alert && (
        <Link to="/alerts" search={{ alert: want.alert.id }} className="small" title="You are told of it">
          <span aria-hidden="true">Alert</span>
          <span className="hidden">Alert of {want.card.name}</span>
        </Link>
      )}
    </>
  );
}

function WantMenu({ row, actions }: { row: WantRow; actions: Actions }) {
  const { want } = row;
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={`What to do with ${want.card.name}`}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => actions.edit(row)}>Edit…</Menu.Item>
        <Menu.Item
          renderRoot={(props) => (
            <Link
              to="/alerts"
              search={
                want.printing ? { add: 'printing', of: want.printing.id } : { add: 'card', of: want.card.id }
              }
              {...props}
            />
          )}
        >
          Tell me about its price…
        </Menu.Item>
        {actions.move && <Menu.Item onClick={() => actions.move?.(row)}>Move…</Menu.Item>}
        <Menu.Item onClick={() => actions.remove(row)}>Remove</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Row({ row, actions }: { row: WantRow; actions: Actions }) {
  const { want } = row;
  return (
    <tr className="want" data-testid="want">
      <td className="want-card">
        <Link to="/cards/$id" params={{ id: want.card.id }} className="link-name">
          {want.card.name}
        </Link>
        <div className="muted small">{[whichOf(want), ...limitsOf(want)].join(' · ')}</div>
        {want.note && <div className="small want-note">{want.note}</div>}
      </td>
      <td className="want-quantity">
        {/* When another window changes it, the field begins anew. */}
        <Quantity key={want.quantity} row={row} change={actions.quantity} />
        <div className="small">
          <Have {...row} />
        </div>
      </td>
      <td className="want-best">
        <Best {...row} />
      </td>
      <td className="want-target">
        <Target {...row} />
      </td>
      <td className="want-priority">
        <NativeSelect
          size="xs"
          w={64}
          aria-label={`Priority of ${want.card.name}`}
          data={['1', '2', '3', '4', '5']}
          value={String(want.priority)}
          onChange={(event) => actions.priority(row, Number(event.currentTarget.value))}
        />
      </td>
      <td className="want-menu">
        <WantMenu row={row} actions={actions} />
      </td>
    </tr>
  );
}

/** What is wanted: rows where there is room, cards where there is not. */
export function WantTable({
  rows,
  loading,
  actions,
}: {
  rows: readonly WantRow[];
  loading: boolean;
  actions: Actions;
}) {
  return (
    <table className="data wants-table" aria-busy={loading}>
      <thead>
        <tr>
          <th>Card</th>
          <th>Wanted</th>
          <th>Best price</th>
          <th>Target</th>
          <th>Priority</th>
          <th>
            <span className="hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.want.id} row={row} actions={actions} />
        ))}
      </tbody>
    </table>
  );
}
