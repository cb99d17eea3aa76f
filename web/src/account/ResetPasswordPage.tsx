import { Link, useNavigate } from '@tanstack/react-router';
import { useMutation } from 'urql';
import { type Action, Form } from '../forms/Form';
import { PASSWORD_HINT, PasswordField } from '../forms/fields';
import { answered, settled } from '../forms/problems';
import { ResetPasswordDocument } from '../gql/graphql';
import { session } from '../session/session';
import { AuthFrame } from './AuthFrame';
import { BrokenLink } from './BrokenLink';
import { useLinkToken } from './link-token';

/** The link of the mail to who forgot the password. */
export function ResetPasswordPage() {
  const token = useLinkToken();
  const navigate = useNavigate();
  const [, reset] = useMutation(ResetPasswordDocument);
  if (!token)
    return (
      <BrokenLink
        title="Set a new password"
        another={<Link to="/forgot-password">Ask for another link</Link>}
      />
    );
  const action: Action = async (values) => {
    const input = { token, newPassword: values.text('newPassword') };
    const { done, problems } = settled((await answered(reset({ input }))).resetPassword);
    if (done) {
      // All sessions have ended, this browser's among them if it was the same account's.
      if (session.get().status === 'signed-in') await session.recheck();
      await navigate({ to: '/login', search: { done: 'password' } });
    }
    return problems;
  };
  return (
    <AuthFrame title="Set a new password" foot={<Link to="/forgot-password">Ask for another link</Link>}>
      <Form action={action} submit="Set password">
        <PasswordField
          name="newPassword"
          label="New password"
          hint={PASSWORD_HINT}
          autoComplete="new-password"
        />
        <p className="muted small">You will be logged out everywhere and log in with the new password.</p>
      </Form>
    </AuthFrame>
  );
}
