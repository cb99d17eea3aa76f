import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Form } from '../forms/Form';
import type { Problem } from '../forms/problems';

interface Props {
  /** On the button. */
  label: string;
  /** For who cannot see which line the button is in. */
  name?: string;
  title: string;
  submit: string;
  children: ReactNode;
  /** Nothing in the list: it is done. */
  action: () => Promise<readonly Problem[]>;
}

/** A button for what cannot be undone: it asks first. */
export function ConfirmButton({ label, name, title, submit, children, action }: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" aria-label={name} onClick={() => setOpened(true)}>
        {label}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={title} centered>
        <Form
          danger
          submit={submit}
          action={async () => {
            const problems = await action();
            if (problems.length === 0) setOpened(false);
            return problems;
          }}
          beside={
            <Button size="sm" variant="subtle" onClick={() => setOpened(false)}>
              Cancel
            </Button>
          }
        >
          {children}
        </Form>
      </Modal>
    </>
  );
}
