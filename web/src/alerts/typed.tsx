import { NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormState } from '../forms/Form';
import { type Draft, useDraft } from './draft';

type Words = { [Key in keyof Draft]: Draft[Key] extends string ? Key : never }[keyof Draft];

interface Props {
  name: Words;
  label: string;
  hint?: ReactNode;
}

const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** A field of the draft: what is typed is tried out while it is typed. */
export function Typed({
  name,
  label,
  hint,
  optional = false,
  inputMode,
  type = 'text',
  unit,
  maxLength,
}: Props & {
  optional?: boolean;
  inputMode?: 'decimal' | 'numeric';
  type?: 'text' | 'date';
  unit?: string;
  maxLength?: number;
}) {
  const { draft, change } = useDraft();
  const { problemOf } = useFormState();
  return (
    <TextInput
      name={name}
      label={label}
      description={hint}
      // Fields stand beside each other: a hint above one would move it down.
      inputWrapperOrder={BELOW}
      value={draft[name]}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
      error={problemOf(name)}
      type={type}
      required={!optional}
      withAsterisk={false}
      inputMode={inputMode}
      maxLength={maxLength}
      autoComplete="off"
      spellCheck={false}
      {...(unit && { rightSection: <span className="muted small">{unit}</span> })}
    />
  );
}

export function Chosen({ name, label, hint, data }: Props & { data: { value: string; label: string }[] }) {
  const { draft, change } = useDraft();
  const { problemOf } = useFormState();
  return (
    <NativeSelect
      name={name}
      label={label}
      description={hint}
      data={data}
      value={draft[name]}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
      error={problemOf(name)}
    />
  );
}
