import { Link, useNavigate } from '@tanstack/react-router';
import { useMutation } from 'urql';
import { type Action, Form } from '../forms/Form';
import { answered, settled } from '../forms/problems';
import { ConfirmEmailDocument } from '../gql/graphql';
import { session } from '../session/session';
import { AuthFrame } from './AuthFrame';
import { BrokenLink } from './BrokenLink';
import { useLinkToken } from './link-token';

/** The link of the mail to a new address. */
export function ConfirmEmailPage() {
  const token = useLinkToken();
  const navigate = useNavigate();
  const [, confirm] = useMutation(ConfirmEmailDocument);
  if (!token)
    return <BrokenLink title="Use a new e-mail" another={<Link to="/settings/profile">Settings</Link>} />;
  const action: Action = async () => {
    const { done, problems } = settled((await answered(confirm({ token }))).confirmEmail);
    if (done) {
      if (session.get().status === 'signed-in') await session.recheck();
      await navigate({ to: '/login', search: { done: 'email' } });
    }
    return problems;
  };
  return (
    <AuthFrame title="Use a new e-mail" foot={<Link to="/settings">Settings</Link>}>
      <Form action={action} submit="Use this address">
        <p>
          From now on you log in with the address that our mail went to. You will have to log in again
          everywhere.
        </p>
      </Form>
    </AuthFrame>
  );
}
