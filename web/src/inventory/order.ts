import type { InventoryOrder, SortDirection } from '../gql/graphql';

export interface Order {
  order: InventoryOrder;
  direction: SortDirection;
}

type Way = 'ASC' | 'DESC';

export const NEWEST: Order = { order: 'ADDED', direction: 'AUTO' };

const natural = (order: InventoryOrder): Way => (order === 'NAME' || order === 'SET' ? 'ASC' : 'DESC');

/** Which way an order really goes. */
export const wayOf = ({ order, direction }: Order): Way =>
  direction === 'AUTO' ? natural(order) : direction;

/** What a click on a column's head leads to: its own way, the other way, and back to the newest first. */
export function clicked(now: Order, column: InventoryOrder): Order {
  if (now.order !== column) return { order: column, direction: 'AUTO' };
  if (wayOf(now) !== natural(column)) return NEWEST;
  return { order: column, direction: natural(column) === 'ASC' ? 'DESC' : 'ASC' };
}

/** Every order by a word of its own: `NAME:ASC`. */
export const nameOfOrder = (order: Order): string => `${order.order}:${wayOf(order)}`;

export const ORDERS: readonly { value: string; label: string; order: Order }[] = (
  [
    ['ADDED', 'DESC', 'Newest first'],
    ['ADDED', 'ASC', 'Oldest first'],
    ['NAME', 'ASC', 'Name, A to Z'],
    ['NAME', 'DESC', 'Name, Z to A'],
    ['SET', 'ASC', 'Set and number'],
    ['SET', 'DESC', 'Set and number, backwards'],
    ['QUANTITY', 'DESC', 'Most copies first'],
    ['QUANTITY', 'ASC', 'Fewest copies first'],
    ['USD', 'DESC', 'Highest price in USD'],
    ['USD', 'ASC', 'Lowest price in USD'],
    ['EUR', 'DESC', 'Highest price in EUR'],
    ['EUR', 'ASC', 'Lowest price in EUR'],
    ['ACQUIRED', 'DESC', 'Last acquired first'],
    ['ACQUIRED', 'ASC', 'First acquired first'],
  ] as const
).map(([order, way, label]) => ({
  value: `${order}:${way}`,
  label,
  order: { order, direction: way === natural(order) ? 'AUTO' : way },
}));
