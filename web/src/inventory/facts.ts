import type { Values } from '../forms/Form';
import type { Problem } from '../forms/problems';
import type { Finish, Grade, Language } from '../gql/graphql';

/** An amount with a point. */
export const AMOUNT = /^\d{1,10}(?:\.\d{1,2})?$/;

/** An amount as it is typed, with a comma or a point; what is none goes to the form as a problem. */
function amountOf(values: Values, name: string, problems: Problem[]): string | null {
  const text = values.text(name).trim().replace(',', '.');
  if (text === '') return null;
  if (!AMOUNT.test(text)) {
    problems.push({ field: name, message: 'Must be an amount such as 12.50.' });
  }
  return text;
}

export function paidOf(values: Values, name: string, problems: Problem[]) {
  const amount = amountOf(values, `${name}.amount`, problems);
  return amount === null ? null : { amount, currency: values.text(`${name}.currency`) };
}

export function quantityOf(values: Values, problems: Problem[]): number {
  const text = values.text('quantity').trim();
  if (!/^\d{1,9}$/.test(text)) problems.push({ field: 'quantity', message: 'Must be a whole number.' });
  return Number(text);
}

/** What a grading company says; nothing where nothing of it is typed. */
function gradingOf(values: Values, problems: Problem[]) {
  const [grader, grade, certificate] = (['grader', 'grade', 'certificate'] as const).map((name) =>
    values.text(`grading.${name}`).trim(),
  );
  if (!grader && !grade && !certificate) return null;
  if (!grader) problems.push({ field: 'grading.grader', message: 'Must say which company.' });
  if (!grade) problems.push({ field: 'grading.grade', message: 'Must say which grade.' });
  return { grader: grader ?? '', grade: grade ?? '', certificate: certificate || null };
}

export const FLAGS = [
  { value: 'forTrade', label: 'For trade' },
  { value: 'signed', label: 'Signed' },
  { value: 'altered', label: 'Altered' },
  { value: 'misprint', label: 'Misprint' },
  { value: 'hidden', label: 'Hidden' },
] as const;

/** Everything that the fields of a lot say. */
export function factsOf(values: Values, problems: Problem[]) {
  const flags = values.all('flag');
  const tags = values.text('tags').split(',');
  return {
    finish: values.text('finish') as Finish,
    grade: values.text('grade') as Grade,
    language: values.text('language') as Language,
    binderId: values.text('binderId') || null,
    cost: paidOf(values, 'cost', problems),
    acquiredOn: values.text('acquiredOn') || null,
    grading: gradingOf(values, problems),
    forTrade: flags.includes('forTrade'),
    signed: flags.includes('signed'),
    altered: flags.includes('altered'),
    misprint: flags.includes('misprint'),
    hidden: flags.includes('hidden'),
    notes: values.text('notes').trim() || null,
    tags: [...new Set(tags.map((tag) => tag.trim()).filter(Boolean))],
  };
}
