import { Modal } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { createContext, type ReactNode, use, useCallback, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { follow, PROVIDERS } from '../account/providers';
import { type Action, Form } from '../forms/Form';
import { PasswordField } from '../forms/fields';
import { answered, type Problem, problemsOf, settled } from '../forms/problems';
import {
  LinkedAccountsDocument,
  type LoginProvider,
  ReauthenticateByProviderDocument,
  ReauthenticateDocument,
} from '../gql/graphql';
import { useAccount } from '../session/hooks';

type Attempt = () => Promise<readonly Problem[]>;

const GuardContext = createContext<(attempt: Attempt) => Promise<readonly Problem[]>>((attempt) => attempt());

/** Runs what the server may want a fresh proof for: then the person is asked, and it is tried again. */
export const useGuard = () => use(GuardContext);

const wantsProof = (problems: readonly Problem[]) =>
  problems.some(({ code }) => code === 'REAUTHENTICATION_REQUIRED');

function ByPassword({ done }: { done: () => void }) {
  const [, reauthenticate] = useMutation(ReauthenticateDocument);
  const action: Action = async (values) => {
    const answer = await answered(reauthenticate({ password: values.text('password') }));
    const proof = settled(answer.reauthenticate);
    if (proof.done) done();
    return proof.problems;
  };
  return (
    <Form action={action} submit="Confirm">
      <p>It is some time since you proved who you are. Enter your password to go on.</p>
      <PasswordField name="password" label="Password" autoComplete="current-password" first />
    </Form>
  );
}

/** Who has no password proves who they are where they came from. */
function ByProvider() {
  const here = useLocation({ select: (location) => location.pathname });
  const [{ data }] = useQuery({ query: LinkedAccountsDocument });
  const [, prove] = useMutation(ReauthenticateByProviderDocument);
  const by = (provider: LoginProvider) => async () => {
    const payload = (await answered(prove({ provider }))).reauthenticateByProvider;
    if (payload.url) follow(payload.url, here, { proven: 'yes' });
    return problemsOf(payload);
  };
  return (
    <div className="stack">
      <p>
        It is some time since you proved who you are. Do it where you log in; you come back to this page, and
        then do again what you wanted to do.
      </p>
      {data?.viewer?.linkedAccounts.map(({ id, provider }) =>
        provider ? (
          <Form key={id} action={by(provider)} submit={`Confirm with ${PROVIDERS[provider].label}`} />
        ) : null,
      )}
    </div>
  );
}

export function ReauthProvider({ children }: { children: ReactNode }) {
  const account = useAccount();
  const [asking, setAsking] = useState<{ answer: (proven: boolean) => void }>();
  const guard = useCallback(async (attempt: Attempt): Promise<readonly Problem[]> => {
    let problems = await attempt();
    while (wantsProof(problems)) {
      const proven = await new Promise<boolean>((answer) => setAsking({ answer }));
      setAsking(undefined);
      if (!proven) return [{ message: 'Not confirmed, so nothing was changed.' }];
      problems = await attempt();
    }
    return problems;
  }, []);
  return (
    <GuardContext value={guard}>
      {children}
      <Modal
        opened={asking !== undefined}
        onClose={() => asking?.answer(false)}
        title="Confirm that it is you"
        zIndex={400}
        centered
      >
        {account?.hasPassword === false ? <ByProvider /> : <ByPassword done={() => asking?.answer(true)} />}
      </Modal>
    </GuardContext>
  );
}
