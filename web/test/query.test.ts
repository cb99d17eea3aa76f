import { describe, expect, it } from 'vitest';
import { anyOf, clauses, type Field, quoted, readField, without, writeField } from '../src/lib/query';

const RARITY: Field = { keys: ['r', 'rarity'], ops: [':', '='] };
const COLOR: Field = { keys: ['c', 'color'], ops: [':', '='] };
const FINISH: Field = { keys: ['is'], ops: [':'], values: ['foil', 'etched'] };

describe('clauses', () => {
  it.each([
    ['', []],
    ['  bolt  ', ['bolt']],
    ['t:elf c:g', ['t:elf', 'c:g']],
    ['o:"draw a card" usd<5', ['o:"draw a card"', 'usd<5']],
    ['(t:elf or t:goblin) -c:r', ['(t:elf or t:goblin)', '-c:r']],
    ['o:/draw (a|two) cards?/ x', ['o:/draw (a|two) cards?/', 'x']],
    ["urza's saga", ["urza's", 'saga']],
    ['"never closed t:elf', ['"never closed t:elf']],
    ['((a b) (c', ['((a b) (c']],
    ['fire // ice', ['fire', '//', 'ice']],
  ])('of %j', (query, expected) => {
    expect(clauses(query).map((clause) => clause.text)).toEqual(expected);
  });

  it('stand where they say', () => {
    const query = 'a  "b c"  d';
    for (const { text, start, end } of clauses(query)) expect(query.slice(start, end)).toBe(text);
  });
});

describe('a filter control', () => {
  it('reads its own clause only', () => {
    expect(readField('t:elf r:rare c:g', RARITY)).toEqual([{ key: 'r', op: ':', value: 'rare' }]);
    expect(readField('t:elf -r:rare', RARITY)).toEqual([]);
    expect(readField('r>=rare', RARITY)).toEqual([]);
    expect(readField('is:reserved', FINISH)).toEqual([]);
  });

  it('reads a group of one key', () => {
    const values = readField('(r:rare or rarity:mythic)', { ...RARITY, keys: ['r'] });
    expect(values).toEqual([]);
    expect(readField('(r:rare or r:mythic) t:elf', RARITY).map((one) => one.value)).toEqual([
      'rare',
      'mythic',
    ]);
  });

  it('replaces, adds and removes without touching the rest', () => {
    expect(writeField('t:elf r:rare o:"a b"', RARITY, 'r:mythic')).toBe('t:elf o:"a b" r:mythic');
    expect(writeField('t:elf', RARITY, anyOf('r', ['rare', 'mythic']))).toBe('t:elf (r:rare or r:mythic)');
    expect(writeField('t:elf (r:rare or r:mythic)', RARITY, null)).toBe('t:elf');
    expect(writeField('is:reserved is:foil', FINISH, null)).toBe('is:reserved');
  });

  it('does not change what an `or` means', () => {
    expect(readField('c:r or t:elf', COLOR)).toEqual([]);
    expect(writeField('c:r or t:elf', COLOR, 'c:g')).toBe('(c:r or t:elf) c:g');
    expect(writeField('c:r or t:elf', COLOR, null)).toBe('c:r or t:elf');
  });

  it('finds again what it wrote', () => {
    for (const value of ['rare', 'two words', "urza's"]) {
      const text = anyOf('r', [value]);
      expect(readField(writeField('t:elf', RARITY, text), RARITY)[0]?.value).toBe(value);
    }
  });

  it('quotes what needs it', () => {
    expect(quoted('elf')).toBe('elf');
    expect(quoted('elf druid')).toBe('"elf druid"');
    expect(anyOf('t', [])).toBeNull();
  });
});

describe('without a clause', () => {
  it('leaves a whole query', () => {
    const query = 't:elf or c:g';
    const [first, , last] = clauses(query);
    expect(first && without(query, first)).toBe('c:g');
    expect(last && without(query, last)).toBe('t:elf');
  });
});
