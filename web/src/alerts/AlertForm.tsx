import { Modal } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { type Action, Form } from '../forms/Form';
import { answered } from '../forms/problems';
import {
  type AlertFieldsFragment,
  CardForAlertDocument,
  CardOfPrintingDocument,
  CreateAlertDocument,
  EditAlertDocument,
} from '../gql/graphql';
import { useCurrency } from '../shell/currency';
import { useFocusBack } from '../ui/hooks';
import { type Draft, DraftContext, drafted, fresh, inputOf } from './draft';
import { Further, Rule } from './Rule';
import { Simulation } from './Simulation';
import { Subject } from './Subject';
import { nameOf, problemsAt } from './words';

function AlertForm({
  start,
  submit,
  send,
}: {
  start: Draft;
  submit: string;
  send: (
    input: ReturnType<typeof inputOf>['input'],
  ) => Promise<readonly { field: string; message: string }[]>;
}) {
  const [draft, setDraft] = useState(start);
  const drafting = useMemo(
    () => ({ draft, change: (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change })) }),
    [draft],
  );
  const action: Action = async () => {
    const { input, problems } = inputOf(draft);
    return problems.length > 0 ? problems : problemsAt(await send(input));
  };
  return (
    <DraftContext value={drafting}>
      <Form action={action} submit={submit}>
        <Subject />
        <Rule />
        <Further />
        <Simulation />
      </Form>
    </DraftContext>
  );
}

interface Done {
  done: () => void;
  close: () => void;
}

/** The panel for a new alert: about what is found here, or what somebody came from. */
export function AddAlert({ add, of, done, close }: Done & { add: string; of: string | undefined }) {
  useFocusBack();
  const currency = useCurrency();
  const id = of ?? '';
  const [printing] = useQuery({
    query: CardOfPrintingDocument,
    variables: { id },
    pause: add !== 'printing' || !of,
  });
  const [card] = useQuery({ query: CardForAlertDocument, variables: { id }, pause: add !== 'card' || !of });
  const [, create] = useMutation(CreateAlertDocument);
  // The focus goes to the first field as the panel opens: it opens when there is one.
  if (printing.fetching || card.fetching) return null;
  const found = printing.data?.printing;
  const start = fresh(currency === 'TIX' && add === 'portfolio' ? 'USD' : currency, {
    about: add === 'set' || add === 'portfolio' ? add : 'card',
    card: found?.card ?? card.data?.card ?? undefined,
    printingId: found?.id ?? '',
    setId: add === 'set' ? id : '',
  });
  const send = async (input: ReturnType<typeof inputOf>['input']) => {
    const { errors } = (await answered(create({ input }))).createAlert;
    if (errors.length === 0) done();
    return errors;
  };
  return (
    <Modal opened onClose={close} title="Tell me about a price" centered size="lg">
      <AlertForm start={start} submit="Make alert" send={send} />
    </Modal>
  );
}

/** The panel for another rule in place of the one that an alert has. */
export function EditAlert({ alert, done, close }: Done & { alert: AlertFieldsFragment }) {
  useFocusBack();
  const [, edit] = useMutation(EditAlertDocument);
  const send = async (input: ReturnType<typeof inputOf>['input']) => {
    const { errors } = (await answered(edit({ id: alert.id, input }))).editAlert;
    if (errors.length === 0) done();
    return errors;
  };
  return (
    <Modal opened onClose={close} title={`Edit ${nameOf(alert)}`} centered size="lg">
      <AlertForm start={drafted(alert)} submit="Save" send={send} />
    </Modal>
  );
}
