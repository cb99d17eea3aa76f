import type { OperationResult } from 'urql';
import { type FragmentType, unmask } from '../gql';
import { DoneFieldsFragmentDoc, type ProblemFieldsFragment, ProblemFieldsFragmentDoc } from '../gql/graphql';
import { RequestFailed } from '../session/post';

export type Problem = Pick<ProblemFieldsFragment, 'message'> &
  Partial<Omit<ProblemFieldsFragment, 'message' | 'code'>> & { code?: ProblemFieldsFragment['code'] };

const number = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'minute', unitDisplay: 'long' });
const seconds = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'second', unitDisplay: 'long' });

/** What the server says is wrong, with how long to wait where that is the remedy. */
export function problemsOf(payload: {
  errors: readonly FragmentType<typeof ProblemFieldsFragmentDoc>[];
}): Problem[] {
  return unmask(ProblemFieldsFragmentDoc, payload.errors).map((problem) => {
    const wait = problem.retryAfter;
    if (!wait) return problem;
    const time = wait < 100 ? seconds.format(wait) : number.format(Math.ceil(wait / 60));
    return { ...problem, message: `${problem.message} It opens again in ${time}.` };
  });
}

/** Whether it was done, and what the server says is wrong if not. */
export function settled(payload: FragmentType<typeof DoneFieldsFragmentDoc>): {
  done: boolean;
  problems: Problem[];
} {
  const { done, errors } = unmask(DoneFieldsFragmentDoc, payload);
  return { done, problems: problemsOf({ errors }) };
}

/** What the server refuses of a change that has no form is thrown. */
export function settle({ errors }: { errors: readonly { message: string }[] }): void {
  if (errors[0]) throw new RequestFailed(errors[0].message);
}

/** The data of an operation; whatever is no problem of a form's is thrown. */
export async function answered<Data>(result: Promise<OperationResult<Data>>): Promise<Data> {
  const { data, error } = await result;
  if (error?.networkError) {
    throw new RequestFailed('The server did not answer. Your connection or the server may be down.');
  }
  const first = error?.graphQLErrors[0];
  if (first) throw new RequestFailed(first.message, first.extensions.code as string | undefined);
  if (!data) throw new RequestFailed('The server gave no answer to this.');
  return data;
}
