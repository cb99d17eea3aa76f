import { ActionIcon, Checkbox, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { unmask } from '../gql';
import { type LotFieldsFragment, PriceFieldsFragmentDoc } from '../gql/graphql';
import { CURRENCIES, FINISH, headline } from '../lib/labels';
import { formatMoney } from '../lib/money';
import { formatDay } from '../lib/time';
import { useCurrency } from '../shell/currency';
import { MoreIcon } from '../ui/icons';
import { LivePrice } from '../ui/Price';
import { SetMark } from '../ui/SetMark';
import { useInventory } from './context';
import { FLAGS } from './facts';
import type { Deal } from './LotDialogs';
import { GRADE, LANGUAGE, nameOf } from './words';

const ROW = 49;
const count = new Intl.NumberFormat();

interface Actions {
  selected: ReadonlySet<string>;
  select: (ids: readonly string[], on: boolean) => void;
  open: (deal: Deal, lot: LotFieldsFragment, from: HTMLElement | null) => void;
}

/** The price that lists show of this finish: in the chosen currency, else in the first that has one. */
function Market({ lot }: { lot: LotFieldsFragment }) {
  const chosen = useCurrency();
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
        <span key={value} className={value === 'forTrade' ? 'tag tag-trade' : 'tag'}>
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

function LotMenu({ lot, open }: { lot: LotFieldsFragment; open: Actions['open'] }) {
  const button = useRef<HTMLButtonElement>(null);
  const start = (deal: Deal) => () => open(deal, lot, button.current);
  return (
    <Menu position="bottom-end" width={140} returnFocus>
      <Menu.Target>
        <ActionIcon
          ref={button}
          variant="subtle"
          color="gray"
          size={30}
          aria-label={`What to do with ${nameOf(lot)}`}
        >
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={start('edit')}>Edit…</Menu.Item>
        <Menu.Item onClick={start('sell')}>Sell…</Menu.Item>
        <Menu.Item onClick={start('remove')}>Remove…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Facts({ lot }: { lot: LotFieldsFragment }) {
  const { binders } = useInventory();
  const binder = binders?.find(({ id }) => id === lot.binder?.id) ?? lot.binder;
  return (
    <>
      <td className="lot-finish">{FINISH[lot.finish]}</td>
      <td className="lot-grade" title={lot.conditionText ?? undefined}>
        <span>{GRADE[lot.grade]}</span>{' '}
        <span className="muted small" title="United States condition">
          {lot.condition}
        </span>
      </td>
      <td className="lot-language" title={LANGUAGE[lot.language]}>
        <span aria-hidden="true">{lot.language}</span>
        <span className="hidden">{LANGUAGE[lot.language]}</span>
      </td>
      <td className="lot-binder cut">{binder ? binder.name : <span className="muted none">—</span>}</td>
    </>
  );
}

function Row({
  lot,
  index,
  measure,
  selected,
  select,
  open,
}: Actions & {
  lot: LotFieldsFragment;
  index: number;
  measure: (row: HTMLTableRowElement | null) => void;
}) {
  const { printing } = lot;
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      className={selected.has(lot.id) ? 'lot selected' : 'lot'}
      data-testid="lot"
    >
      <td className="lot-check">
        <Checkbox
          size="xs"
          aria-label={`Select ${nameOf(lot)}`}
          checked={selected.has(lot.id)}
          onChange={(event) => select([lot.id], event.currentTarget.checked)}
        />
      </td>
      <td className="lot-card">
        <Link
          to="/cards/$id"
          params={{ id: printing.card.id }}
          search={{ printing: printing.id }}
          className="link-name"
        >
          {nameOf(lot)}
        </Link>
        <span className="lot-marks">
          <Marks lot={lot} />
        </span>
      </td>
      <td className="lot-set">
        <SetMark set={printing.set} collectorNumber={printing.collectorNumber} rarity={printing.rarity} />
      </td>
      <Facts lot={lot} />
      <td className="num lot-quantity">
        {count.format(lot.quantity)}
        <span className="narrow-word">×</span>
      </td>
      <td className="num muted lot-cost">
        <span className="narrow-word">paid </span>
        <span className={lot.cost ? 'paid-sum' : undefined}>{formatMoney(lot.cost)}</span>
      </td>
      <td className="muted nowrap lot-day">{formatDay(lot.acquiredOn)}</td>
      <td className="num lot-price">
        <Market lot={lot} />
      </td>
      <td className="lot-menu">
        <LotMenu lot={lot} open={open} />
      </td>
    </tr>
  );
}

function Head({ lots, selected, select }: Omit<Actions, 'open'> & { lots: readonly LotFieldsFragment[] }) {
  const chosen = lots.filter(({ id }) => selected.has(id)).length;
  return (
    <thead>
      <tr>
        <th>
          <Checkbox
            size="xs"
            aria-label="Select all lots that are loaded"
            checked={chosen > 0 && chosen === lots.length}
            indeterminate={chosen > 0 && chosen < lots.length}
            onChange={(event) =>
              select(
                lots.map(({ id }) => id),
                event.currentTarget.checked,
              )
            }
          />
        </th>
        <th>Card</th>
        <th>Printing</th>
        <th>Finish</th>
        <th>Grade</th>
        <th>
          <abbr title="Language">Lang.</abbr>
        </th>
        <th>Binder</th>
        <th className="num">Copies</th>
        <th className="num">Paid</th>
        <th>Acquired</th>
        <th className="num">Market</th>
        <th>
          <span className="hidden">Actions</span>
        </th>
      </tr>
    </thead>
  );
}

interface Props extends Actions {
  lots: readonly LotFieldsFragment[];
  /** Another page is there, and none is on its way. */
  ready: boolean;
  more: () => void;
  loading: boolean;
}

/** The lots: rows where there is room, cards where there is not. */
export function LotTable({ lots, ready, more, loading, ...actions }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    if (table.current) setOffset(table.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: lots.length,
    estimateSize: () => ROW,
    overscan: 10,
    scrollMargin: offset,
    getItemKey: (index) => lots[index]?.id ?? index,
  });
  const rows = virtualizer.getVirtualItems();
  const first = rows[0];
  const last = rows.at(-1);
  const nearEnd = (last?.index ?? 0) >= lots.length - 15;
  useEffect(() => {
    if (ready && nearEnd) more();
  }, [ready, nearEnd, more]);
  const above = first ? first.start - offset : 0;
  const below = last ? virtualizer.getTotalSize() - (last.end - offset) : 0;
  return (
    <table ref={table} className="data lots" aria-busy={loading} aria-rowcount={ready ? -1 : lots.length + 1}>
      <Head lots={lots} selected={actions.selected} select={actions.select} />
      <tbody>
        {above > 0 && <tr className="spacer" aria-hidden="true" style={{ height: above }} />}
        {rows.map(({ index }) => {
          const lot = lots[index];
          return (
            lot && (
              <Row key={lot.id} lot={lot} index={index} measure={virtualizer.measureElement} {...actions} />
            )
          );
        })}
        {below > 0 && <tr className="spacer" aria-hidden="true" style={{ height: below }} />}
      </tbody>
    </table>
  );
}
