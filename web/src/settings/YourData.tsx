import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useMutation, useQuery } from 'urql';
import { type Action, Form } from '../forms/Form';
import { TextField } from '../forms/fields';
import { answered, settled } from '../forms/problems';
import { AccountExportDocument, CloseAccountDocument, RequestAccountExportDocument } from '../gql/graphql';
import { saveAs } from '../lib/save';
import { formatMoment } from '../lib/time';
import { session } from '../session/session';
import { useTitle } from '../ui/hooks';
import { ErrorNotice } from '../ui/States';
import { useGuard } from './Reauth';
import { Section } from './Section';

const POLL = 2_000;
const PHRASE = 'close my account';

function Export() {
  const guard = useGuard();
  const [, request] = useMutation(RequestAccountExportDocument);
  const [{ data, error }, refetch] = useQuery({
    query: AccountExportDocument,
    requestPolicy: 'cache-and-network',
  });
  const made = data?.viewer?.accountExport;
  const waiting = made != null && !made.finishedAt;
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setInterval(() => refetch({ requestPolicy: 'network-only' }), POLL);
    return () => clearInterval(timer);
  }, [waiting, refetch]);
  const again = () => refetch({ requestPolicy: 'network-only' });
  const action: Action = () =>
    guard(async () => {
      const { problems } = settled((await answered(request({}))).requestAccountExport);
      again();
      return problems;
    });
  const content = made?.content;
  return (
    <Section title="A copy of everything">
      <div className="panel-body stack">
        <div role="status">
          <p>Everything that we keep and that is yours, as one JSON file. A copy is kept for a week.</p>
          {waiting && <p className="muted">The copy is being made…</p>}
        </div>
        {error && !data && <ErrorNotice what="The last copy" error={error} retry={again} />}
        {made?.finishedAt && content && (
          <div className="row">
            <Button
              size="sm"
              variant="default"
              onClick={() =>
                saveAs('dualcaster-account.json', new Blob([content], { type: 'application/json' }))
              }
            >
              Download JSON
            </Button>
            <span className="muted">made {formatMoment(made.finishedAt)}</span>
          </div>
        )}
        {!waiting && <Form action={action} submit={made ? 'Make a new copy' : 'Make a copy'} />}
      </div>
    </Section>
  );
}

function Close() {
  const guard = useGuard();
  const [, close] = useMutation(CloseAccountDocument);
  const action: Action = async (values) => {
    if (values.text('phrase').trim().toLowerCase() !== PHRASE) {
      return [{ field: 'phrase', message: `Type “${PHRASE}” to go on.` }];
    }
    return guard(async () => {
      const { done, problems } = settled((await answered(close({}))).closeAccount);
      if (done) session.over('closed');
      return problems;
    });
  };
  return (
    <Section title="Close the account">
      <div className="panel-body stack">
        <p>
          For good: your sessions and API keys end at once, and everything personal is deleted within minutes.
          This cannot be undone; take a copy first if you want one.
        </p>
        <Form action={action} submit="Close my account" danger>
          <TextField name="phrase" label={`To confirm, type: ${PHRASE}`} />
        </Form>
      </div>
    </Section>
  );
}

export function YourData() {
  useTitle('Your data');
  return (
    <>
      <Export />
      <Close />
    </>
  );
}
