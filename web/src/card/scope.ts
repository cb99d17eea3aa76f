/** The live store's name for all prices of a card. */
export function cardScope(id: string): string {
  return `card:${id}`;
}
