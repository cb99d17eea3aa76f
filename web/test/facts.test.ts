import { describe, expect, it } from 'vitest';
import type { Problem } from '../src/forms/problems';
import { problemsAt } from '../src/inventory/context';
import { factsOf, paidOf, quantityOf } from '../src/inventory/facts';
import { more } from '../src/inventory/words';

const typed = (fields: Record<string, string>, flags: string[] = []) => ({
  text: (name: string) => fields[name] ?? '',
  all: () => flags,
});

describe('what is typed about copies', () => {
  it('is taken as it is meant', () => {
    const problems: Problem[] = [];
    const facts = factsOf(
      typed({ 'cost.amount': ' 1,50 ', 'cost.currency': 'EUR', tags: 'old, signed by, ,old', notes: ' ' }, [
        'forTrade',
      ]),
      problems,
    );
    expect(facts).toMatchObject({
      cost: { amount: '1.50', currency: 'EUR' },
      tags: ['old', 'signed by'],
      notes: null,
      binderId: null,
      acquiredOn: null,
      forTrade: true,
      signed: false,
    });
    expect(problems).toEqual([]);
  });

  it('is graded by a company that is named with its score, or by none', () => {
    const problems: Problem[] = [];
    const grading = (fields: Record<string, string>) => factsOf(typed(fields), problems).grading;
    expect(grading({ 'grading.grader': ' ' })).toBeNull();
    expect(grading({ 'grading.grader': ' PSA ', 'grading.grade': '10' })).toEqual({
      grader: 'PSA',
      grade: '10',
      certificate: null,
    });
    expect(problems).toEqual([]);
    grading({ 'grading.certificate': '123' });
    expect(problems.map(({ field }) => field)).toEqual(['grading.grader', 'grading.grade']);
  });

  it.each(['1.234', '-1', 'ten', '1e3', '.5'])('%s is no amount', (amount) => {
    const problems: Problem[] = [];
    paidOf(typed({ 'price.amount': amount }), 'price', problems);
    expect(problems.map(({ field }) => field)).toEqual(['price.amount']);
  });

  it.each(['', '1.5', '-2', 'two'])('%j is no quantity', (quantity) => {
    const problems: Problem[] = [];
    quantityOf(typed({ quantity }), problems);
    expect(problems.map(({ field }) => field)).toEqual(['quantity']);
  });
});

it('shows what the server refuses at the field of the form', () => {
  const said = [
    'lots[0].quantity',
    'edits[3].set.cost.amount',
    'sales[0].price.currency',
    'lots[0].tags[2]',
    'edits[0].set.grading.certificate',
    'name',
  ];
  expect(problemsAt(said.map((field) => ({ field, message: 'there are 3 copies' })))).toEqual(
    ['quantity', 'cost.amount', 'price.currency', 'tags', 'grading.certificate', 'name'].map((field) => ({
      field,
      message: 'There are 3 copies.',
    })),
  );
});

describe('what a change did beyond what is named', () => {
  it('is counted, as far as the server tells of it', () => {
    expect(more(7, Array.from({ length: 10 }))).toBe('7 more');
    expect(more(97, Array.from({ length: 100 }))).toBe('at least 97 more');
  });
});
