import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { type Action, Form } from '../forms/Form';
import { TextField } from '../forms/fields';
import { answered, settled } from '../forms/problems';
import { RequestPasswordResetDocument } from '../gql/graphql';
import { AuthFrame } from './AuthFrame';

export function ForgotPasswordPage() {
  const [, request] = useMutation(RequestPasswordResetDocument);
  const [sentTo, setSentTo] = useState<string>();
  const action: Action = async (values) => {
    const email = values.text('email');
    const { done, problems } = settled((await answered(request({ email }))).requestPasswordReset);
    if (done) setSentTo(email);
    return problems;
  };
  return (
    <AuthFrame title="Forgot your password?" foot={<Link to="/login">Back to log in</Link>}>
      {sentTo ? (
        <p role="status">
          If <strong>{sentTo}</strong> has an account here, a mail with a link is on its way. The link is good
          for half an hour.
        </p>
      ) : (
        <Form action={action} submit="Send me a link">
          <TextField
            name="email"
            label="E-mail"
            type="email"
            autoComplete="username"
            hint="Of your account. We send a link to set a new password."
          />
        </Form>
      )}
    </AuthFrame>
  );
}
