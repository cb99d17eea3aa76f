import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { useAttempt } from '../admin/useAction';
import { unmask } from '../gql';
import {
  ImportColumnsFragmentDoc,
  ImportColumnsOfDocument,
  type ImportField,
  type ImportFieldsFragment,
  RemapImportDocument,
} from '../gql/graphql';
import { taken } from './useImport';
import { FIELD } from './words';

const FIELDS = (Object.entries(FIELD) as [ImportField, string][]).map(([value, label]) => ({ value, label }));
const isField = (text: string): text is ImportField => text in FIELD;

/** What the columns of the file are taken for, and what their owner says instead. */
export function Columns({ of: { id, sureness } }: { of: ImportFieldsFragment }) {
  const [{ data }] = useQuery({
    query: ImportColumnsOfDocument,
    variables: { id },
    requestPolicy: 'network-only',
  });
  const [, remap] = useMutation(RemapImportDocument);
  const [changed, setChanged] = useState<ReadonlyMap<string, ImportField>>(new Map());
  const [currency, setCurrency] = useState('');
  const { run, busy, failure } = useAttempt(
    () => {
      const columns = [...changed].map(([name, field]) => ({ name, field }));
      const asked = remap({ id, columns, currency: currency.trim() || null });
      return taken(asked, (answer) => answer.remapInventoryImport);
    },
    () => setChanged(new Map()),
  );
  const columns = unmask(ImportColumnsFragmentDoc, data?.viewer?.inventoryImport)?.columns ?? [];
  if (columns.length === 0) return null;
  const unsure = sureness === 'NOTHING' || sureness === 'NAMES';
  return (
    <details className="panel" open={unsure}>
      <summary className="panel-head">
        <strong>Columns</strong>
        <span className="muted small">
          {unsure ? 'Say what they mean: the app is not known.' : 'Read as the app writes them.'}
        </span>
      </summary>
      <div className="panel-body">
        <div className="import-columns">
          {columns.map(({ name, field }) => (
            <NativeSelect
              key={name}
              size="xs"
              label={name}
              data={FIELDS}
              value={changed.get(name) ?? field}
              onChange={(event) => {
                const value = event.currentTarget.value;
                if (isField(value)) setChanged((before) => new Map(before).set(name, value));
              }}
            />
          ))}
          <TextInput
            size="xs"
            label="Money is in"
            placeholder="USD, where the file says nothing"
            maxLength={3}
            value={currency}
            onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())}
          />
        </div>
        <div className="row">
          <Button
            size="xs"
            variant="default"
            disabled={changed.size === 0 && currency.trim() === ''}
            loading={busy}
            onClick={() => run()}
          >
            Read it again
          </Button>
          {failure && (
            <span role="alert" className="down small">
              {failure}
            </span>
          )}
        </div>
      </div>
    </details>
  );
}
