import { Checkbox, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useMutation } from 'urql';
import { type Action, Form, useFormState } from '../forms/Form';
import { answered } from '../forms/problems';
import { PasteWantsDocument, type PasteWantsMutation } from '../gql/graphql';
import { useFocusBack } from '../ui/hooks';
import { problemsAt } from './words';

type Refused = PasteWantsMutation['pasteWants']['refused'];

function Lines() {
  const { problemOf } = useFormState();
  return (
    <Textarea
      name="text"
      label="Decklist"
      description="A line for each card, such as “4 Lightning Bolt”."
      rows={10}
      required
      withAsterisk={false}
      spellCheck={false}
      className="mono"
      data-autofocus
      error={problemOf('text')}
    />
  );
}

function Left({ refused }: { refused: Refused }) {
  return (
    <div className="form-error" role="alert" data-testid="refused-lines">
      <p>These lines became no wants:</p>
      <ul className="refused-lines">
        {refused.map(({ line, text, message }) => (
          <li key={line}>
            <span className="muted num">{line}:</span> <span className="mono">{text}</span>: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The panel for a whole deck: what its lines say is wanted, and those that say nothing are shown. */
export function Paste({
  list,
  pasted,
  close,
}: {
  list: string | undefined;
  pasted: (list: string) => void;
  close: () => void;
}) {
  useFocusBack();
  const [, paste] = useMutation(PasteWantsDocument);
  const [asWritten, setAsWritten] = useState(false);
  const [came, setCame] = useState<{ entered: number; refused: Refused }>();
  const action: Action = async (values) => {
    setCame(undefined);
    const asked = paste({ listId: list ?? null, text: values.text('text'), asWritten });
    const { list: into, entered, refused, errors } = (await answered(asked)).pasteWants;
    if (errors.length > 0) return problemsAt(errors);
    if (into) pasted(into.id);
    if (refused.length === 0) close();
    else setCame({ entered, refused });
    return [];
  };
  return (
    <Modal opened onClose={close} title="Paste a decklist" centered size="lg">
      <Form
        action={action}
        submit="Add its cards"
        beside={
          <span role="status" className="up">
            {came && came.entered > 0 && `${came.entered} wants are in the list.`}
          </span>
        }
      >
        {came && <Left refused={came.refused} />}
        <Lines />
        <Checkbox
          label="Only the printings and sets that the lines name; else any printing will do"
          checked={asWritten}
          onChange={(event) => setAsWritten(event.currentTarget.checked)}
        />
      </Form>
    </Modal>
  );
}
