import { Menu } from '@mantine/core';
import { memo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { unmask } from '../gql';
import { type Currency, type LotFieldsFragment, PriceFieldsFragmentDoc } from '../gql/graphql';
import { CURRENCIES, FINISH, headline } from '../lib/labels';
import { formatMoney } from '../lib/money';
import { formatDay } from '../lib/time';
import { MoreIcon } from '../ui/icons';
import { LivePrice } from '../ui/Price';
import { PrintingLink } from '../ui/PrintingLink';
import { SetMark } from '../ui/SetMark';
import { Cell } from './Cell';
import { useInventory } from './context';
import { FLAGS } from './facts';
import type { Deal } from './LotDialogs';
import type { Change } from './useInPlace';
import { GRADE, LANGUAGE, nameOf } from './words';

const count = new Intl.NumberFormat();

export interface Actions {
  select: (ids: readonly string[], on: boolean) => void;
  open: (deal: Deal, lot: LotFieldsFragment, from: HTMLElement | null) => void;
}

/** The price that lists show of this finish: in the chosen currency, else in the first that has one. */
function Market({ lot, currency: chosen }: { lot: LotFieldsFragment; currency: Currency }) {
  const prices = unmask(PriceFieldsFragmentDoc, lot.printing.latestPrices).filter(
    ({ finish }) => finish === lot.finish,
  );
  const price = [chosen, ...CURRENCIES].map((currency) => headline(prices, currency)).find(Boolean);
  return price ? <LivePrice price={price} /> : '—';
}

function Marks({ lot }: { lot: LotFieldsFragment }) {
  const { grading } = lot;
  return (
    <>
      {FLAGS.filter(({ value }) => lot[value]).map(({ value, label }) => (
        <span
          key={value}
          className={value === 'forTrade' ? 'tag tag-trade' : 'tag'}
          title={value === 'hidden' ? 'Not on pages that you share' : undefined}
        >
          {label}
        </span>
      ))}
      {grading && (
        <span className="tag" title={grading.certificate ?? undefined}>
          {grading.grader} {grading.grade}
        </span>
      )}
      {lot.tags.map((tag) => (
        <span key={tag} className="tag">
          {tag}
        </span>
      ))}
      {lot.notes && <span className="muted small cut lot-notes">{lot.notes}</span>}
    </>
  );
}

/** A menu costs as much as the rest of its row: it is made when somebody wants it. */
function LotMenu({ lot, open }: { lot: LotFieldsFragment; open: Actions['open'] }) {
  const button = useRef<HTMLButtonElement>(null);
  const [made, setMade] = useState(false);
  const [opened, setOpened] = useState(false);
  const label = `What to do with ${nameOf(lot)}`;
  const make = () => {
    flushSync(() => setMade(true));
    // The menu's own button has taken the place of the one that was pressed.
    button.current?.focus();
    setOpened(true);
  };
  if (!made) {
    return (
      <button
        type="button"
        className="lot-more"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded="false"
        onClick={make}
      >
        <MoreIcon />
      </button>
    );
  }
  const start = (deal: Deal) => () => open(deal, lot, button.current);
  return (
    <Menu position="bottom-end" width={140} returnFocus opened={opened} onChange={setOpened}>
      <Menu.Target>
        <button ref={button} type="button" className="lot-more" aria-label={label}>
          <MoreIcon />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={start('edit')}>Edit…</Menu.Item>
        <Menu.Item onClick={start('sell')}>Sell…</Menu.Item>
        <Menu.Item onClick={start('remove')}>Remove…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const LanguageMark = ({ lot }: { lot: LotFieldsFragment }) => (
  <>
    <span aria-hidden="true">{lot.language}</span>
    <span className="hidden">{LANGUAGE[lot.language]}</span>
  </>
);

const Paid = ({ lot }: { lot: LotFieldsFragment }) => (
  <>
    <span className="narrow-word">paid </span>
    <span className={lot.cost ? 'paid-sum' : undefined}>{formatMoney(lot.cost)}</span>
  </>
);

function Facts({ lot, change }: { lot: LotFieldsFragment; change: Change }) {
  const { binders } = useInventory();
  const binder = binders?.find(({ id }) => id === lot.binder?.id) ?? lot.binder;
  return (
    <>
      <td className="lot-finish">
        <Cell lot={lot} field="finish" change={change}>
          {FINISH[lot.finish]}
        </Cell>
      </td>
      <td className="lot-grade">
        <Cell lot={lot} field="grade" change={change} said={lot.conditionText}>
          <span>{GRADE[lot.grade]}</span>{' '}
          <span className="muted small" title="United States condition">
            {lot.condition}
          </span>
        </Cell>
      </td>
      <td className="lot-language">
        <Cell lot={lot} field="language" change={change} said={LANGUAGE[lot.language]}>
          <LanguageMark lot={lot} />
        </Cell>
      </td>
      <td className="lot-binder">
        <Cell lot={lot} field="binderId" change={change}>
          {binder ? <span className="cut">{binder.name}</span> : <span className="muted none">—</span>}
        </Cell>
      </td>
    </>
  );
}

interface Props extends Actions {
  change: Change;
  lot: LotFieldsFragment;
  index: number;
  selected: boolean;
  currency: Currency;
  measure: (row: HTMLTableRowElement | null) => void;
}

/** One lot. Scrolling draws the table anew with every frame: a row that stays is not drawn again. */
export const LotRow = memo(function LotRow(props: Props) {
  const { lot, index, measure, selected, currency, select, open, change } = props;
  const { printing } = lot;
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      className={selected ? 'lot selected' : 'lot'}
      data-testid="lot"
    >
      <td className="lot-check">
        <input
          type="checkbox"
          className="lot-box"
          aria-label={`Select ${nameOf(lot)}`}
          checked={selected}
          onChange={(event) => select([lot.id], event.currentTarget.checked)}
        />
      </td>
      <td className="lot-card">
        <PrintingLink printing={printing}>{nameOf(lot)}</PrintingLink>
        <span className="lot-marks">
          <Marks lot={lot} />
        </span>
      </td>
      <td className="lot-set">
        <SetMark set={printing.set} collectorNumber={printing.collectorNumber} rarity={printing.rarity} />
      </td>
      <Facts lot={lot} change={change} />
      <td className="num lot-quantity">
        <Cell lot={lot} field="quantity" change={change}>
          {count.format(lot.quantity)}
          <span className="narrow-word">×</span>
        </Cell>
      </td>
      <td className="num muted lot-cost">
        <Cell lot={lot} field="cost" change={change}>
          <Paid lot={lot} />
        </Cell>
      </td>
      <td className="muted nowrap lot-day">
        <Cell lot={lot} field="acquiredOn" change={change}>
          {formatDay(lot.acquiredOn)}
        </Cell>
      </td>
      <td className="num lot-price">
        <Market lot={lot} currency={currency} />
      </td>
      <td className="lot-menu">
        <LotMenu lot={lot} open={open} />
      </td>
    </tr>
  );
});
