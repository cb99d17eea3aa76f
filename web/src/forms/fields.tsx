import { NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
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
  inputMode,
  maxLength,
}: Field & {
  type?: 'text' | 'email' | 'date';
  autoComplete?: 'username' | 'email' | 'name' | 'nickname' | 'off';
  inputMode?: 'numeric' | 'decimal';
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
      inputMode={inputMode}
      maxLength={maxLength}
      spellCheck={false}
      autoCapitalize={type === 'email' ? 'none' : undefined}
    />
  );
}

export function SelectField({
  name,
  label,
  hint,
  initial,
  data,
}: Field & { data: { value: string; label: string }[] }) {
  const { problemOf } = useFormState();
  return (
    <NativeSelect
      name={name}
      label={label}
      description={hint}
      data={data}
      defaultValue={initial}
      error={problemOf(name)}
    />
  );
}

export function AreaField({ name, label, hint, initial, maxLength }: Field & { maxLength?: number }) {
  const { problemOf } = useFormState();
  return (
    <Textarea
      name={name}
      label={label}
      description={hint}
      rows={2}
      defaultValue={initial}
      maxLength={maxLength}
      error={problemOf(name)}
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
