/**
 * Reads and edits the search language from outside: enough to find the top-level clauses of a query and to
 * replace one of them. The meaning of a query is the server's business alone.
 */
export interface Clause {
  text: string;
  start: number;
  end: number;
}

interface Simple {
  key: string;
  op: string;
  value: string;
}

const CLOSING: Record<string, string> = { '"': '"', "'": "'", '/': '/' };

/** Where the clause that begins at `start` ends: at a space outside quotes and parentheses. */
function endOfClause(query: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let at = start; at < query.length; at += 1) {
    const letter = query.charAt(at);
    if (quote) {
      if (letter === quote) quote = '';
    } else if (
      letter === '"' ||
      ((letter === "'" || letter === '/') && /[:=!<>(]/.test(query.charAt(at - 1)))
    ) {
      quote = CLOSING[letter] ?? '';
    } else if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    else if (/\s/.test(letter) && depth <= 0) return at;
  }
  return query.length;
}

export function clauses(query: string): Clause[] {
  const found: Clause[] = [];
  let at = 0;
  while (at < query.length) {
    if (/\s/.test(query.charAt(at))) {
      at += 1;
      continue;
    }
    const end = endOfClause(query, at);
    found.push({ text: query.slice(at, end), start: at, end });
    at = end;
  }
  return found;
}

function simple(text: string): Simple | null {
  const match = /^([a-z_]+)(:|!=|<=|>=|=|<|>)(.+)$/i.exec(text);
  if (!match) return null;
  const [, key = '', op = '', value = ''] = match;
  return { key: key.toLowerCase(), op, value: value.replace(/^(["'])(.*)\1$/, '$2') };
}

/** `(r:rare or r:mythic)` as its parts; null for any other clause. */
function alternatives(text: string): Simple[] | null {
  const inner = /^\((.*)\)$/.exec(text)?.[1];
  if (inner === undefined) return null;
  const parts = clauses(inner);
  const found: Simple[] = [];
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) {
      if (part.text.toLowerCase() !== 'or') return null;
      continue;
    }
    const one = simple(part.text);
    if (!one) return null;
    found.push(one);
  }
  return found.length > 0 && new Set(found.map((one) => one.key)).size === 1 ? found : null;
}

/** Which clauses a filter control owns. */
export interface Field {
  keys: readonly string[];
  ops: readonly string[];
  values?: readonly string[];
}

function owned(text: string, field: Field): Simple[] | null {
  const one = simple(text);
  const parts = one ? [one] : alternatives(text);
  const fits = parts?.every(
    ({ key, op, value }) =>
      field.keys.includes(key) &&
      field.ops.includes(op) &&
      (!field.values || field.values.includes(value.toLowerCase())),
  );
  return parts && fits ? parts : null;
}

function hasTopLevelOr(parts: readonly Clause[]): boolean {
  return parts.some((part) => part.text.toLowerCase() === 'or');
}

/** The values that a control shows for the query; nothing when the query says it in another way. */
export function readField(query: string, field: Field): Simple[] {
  const parts = clauses(query);
  // Beside a top-level `or` a clause is only one of two ways, not a filter of the whole.
  if (hasTopLevelOr(parts)) return [];
  for (const part of parts) {
    const values = owned(part.text, field);
    if (values) return values;
  }
  return [];
}

function join(parts: readonly Clause[]): string {
  return parts.map((part) => part.text).join(' ');
}

/** The query with the control's clause replaced, or removed for null. */
export function writeField(query: string, field: Field, text: string | null): string {
  const parts = clauses(query);
  if (hasTopLevelOr(parts)) return text ? `(${join(parts)}) ${text}` : query;
  const rest = join(parts.filter((part) => !owned(part.text, field)));
  return [rest, text].filter(Boolean).join(' ');
}

/** One clause for one value, an `or` group for several. */
export function anyOf(key: string, values: readonly string[]): string | null {
  if (values.length === 0) return null;
  const parts = values.map((value) => `${key}:${quoted(value)}`);
  return parts.length === 1 ? (parts[0] ?? null) : `(${parts.join(' or ')})`;
}

export function quoted(value: string): string {
  return /[\s()"']/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
}

/** The query without one of its clauses, for "nothing found". */
export function without(query: string, clause: Clause): string {
  return `${query.slice(0, clause.start)} ${query.slice(clause.end)}`
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:or|and)\s+|\s+(?:or|and)$/gi, '');
}
