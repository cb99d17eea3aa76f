import { useEffect, useState } from 'react';
import type { OperationResult } from 'urql';
import { answered } from '../forms/problems';
import { type FragmentType, unmask } from '../gql';
import { type ImportFieldsFragment, ImportFieldsFragmentDoc, ImportUpdatedDocument } from '../gql/graphql';
import { subscribeLive } from '../live/socket';
import { RequestFailed } from '../session/post';
import { said } from './words';

interface Payload {
  import: FragmentType<typeof ImportFieldsFragmentDoc> | null;
  errors: readonly { message: string }[];
}

/** The import as it goes on; undefined until it is known. `take` is told what a mutation answered. */
export function useImport(id: string) {
  const [known, setKnown] = useState<ImportFieldsFragment>();
  useEffect(() => {
    return subscribeLive(ImportUpdatedDocument, { id }, ({ inventoryImportUpdated }) =>
      setKnown(unmask(ImportFieldsFragmentDoc, inventoryImportUpdated.import)),
    );
  }, [id]);
  return known?.id === id ? known : undefined;
}

/** What a mutation of an import answered; what it says is wrong is thrown. */
export async function taken<Data>(
  result: Promise<OperationResult<Data>>,
  of: (data: Data) => Payload,
): Promise<ImportFieldsFragment> {
  const payload = of(await answered(result));
  const problem = said(payload.errors);
  const found = unmask(ImportFieldsFragmentDoc, payload.import);
  if (problem !== undefined || !found)
    throw new RequestFailed(problem ?? 'The server gave no answer to this.');
  return found;
}
