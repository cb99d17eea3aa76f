import { PasswordInput, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormState } from './Form';

interface Field {
  name: string;
  label: string;
  hint?: ReactNode;
  optional?: boolean;
  initial?: string;
  /** Where the focus goes when its dialog opens. */
  first?: boolean;
}

export function TextField({
  name,
  label,
  hint,
  optional,
  initial,
  first,
  type = 'text',
  autoComplete = 'off',
  maxLength,
}: Field & {
  type?: 'text' | 'email';
  autoComplete?: 'username' | 'email' | 'name' | 'nickname' | 'off';
  maxLength?: number;
}) {
  const { problemOf } = useFormState();
  return (
    <TextInput
      name={name}
      label={label}
      description={hint}
      type={type}
      error={problemOf(name)}
      autoComplete={autoComplete}
      required={!optional}
      withAsterisk={false}
      defaultValue={initial}
      data-autofocus={first}
      maxLength={maxLength}
      spellCheck={false}
      autoCapitalize={type === 'email' ? 'none' : undefined}
    />
  );
}

export const PASSWORD_HINT = 'At least 8 characters, and none of the passwords that are guessed first.';

export function PasswordField({
  name,
  label,
  hint,
  first,
  autoComplete,
}: Field & { autoComplete: 'current-password' | 'new-password' }) {
  const { problemOf } = useFormState();
  const problem = problemOf(name);
  return (
    <PasswordInput
      name={name}
      label={label}
      description={hint}
      error={problem}
      aria-invalid={problem !== undefined}
      autoComplete={autoComplete}
      required
      withAsterisk={false}
      data-autofocus={first}
      visibilityToggleButtonProps={{ 'aria-label': `Show ${label.toLowerCase()}`, tabIndex: 0 }}
    />
  );
}
