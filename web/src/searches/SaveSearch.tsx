import { Checkbox, Modal, TextInput } from '@mantine/core';
import { useMutation } from 'urql';
import { type Action, Form, useFormState, type Values } from '../forms/Form';
import { TextField } from '../forms/fields';
import { answered } from '../forms/problems';
import {
  CreateSavedSearchDocument,
  EditSavedSearchDocument,
  type SavedSearchFieldsFragment,
  type SavedSearchInput,
} from '../gql/graphql';
import { useFocusBack } from '../ui/hooks';
import { problemsAt } from '../wants/words';

const LONGEST = 60;

function Query({ initial }: { initial: string }) {
  const { problemOf } = useFormState();
  return (
    <TextInput
      name="query"
      label="Search"
      description="In the search language, as in the card browser."
      classNames={{ input: 'mono' }}
      defaultValue={initial}
      error={problemOf('query')}
      required
      withAsterisk={false}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
    />
  );
}

function Fields({ initial }: { initial: SavedSearchInput }) {
  return (
    <>
      <TextField name="name" label="Name" initial={initial.name} maxLength={LONGEST} first />
      <Query initial={initial.query} />
      <Checkbox name="prints" label="Every printing counts" defaultChecked={initial.prints === true} />
      <Checkbox
        name="tells"
        label="Tell me what it finds that it did not find before"
        description="Within a quarter of an hour; where it asks for prices, once that has lasted for half a day."
        defaultChecked={initial.tells === true}
      />
    </>
  );
}

const read = (values: Values): SavedSearchInput => ({
  name: values.text('name').trim(),
  query: values.text('query').trim(),
  prints: values.text('prints') !== '',
  tells: values.text('tells') !== '',
});

/** The panel that keeps a search under a name. */
export function SaveSearch({
  query,
  prints,
  done,
  close,
}: {
  query: string;
  prints: boolean;
  done: (name: string) => void;
  close: () => void;
}) {
  useFocusBack();
  const [, create] = useMutation(CreateSavedSearchDocument);
  const action: Action = async (values) => {
    const input = read(values);
    const { errors } = (await answered(create({ input }))).createSavedSearch;
    if (errors.length === 0) done(input.name);
    return problemsAt(errors);
  };
  return (
    <Modal opened onClose={close} title="Save this search" centered>
      <Form action={action} submit="Save search">
        <Fields initial={{ name: '', query, prints, tells: false }} />
      </Form>
    </Modal>
  );
}

/** The panel for what shall be different about a search. */
export function EditSearch({
  search,
  done,
  close,
}: {
  search: SavedSearchFieldsFragment;
  done: () => void;
  close: () => void;
}) {
  useFocusBack();
  const [, edit] = useMutation(EditSavedSearchDocument);
  const action: Action = async (values) => {
    const { errors } = (await answered(edit({ id: search.id, input: read(values) }))).editSavedSearch;
    if (errors.length === 0) done();
    return problemsAt(errors);
  };
  return (
    <Modal opened onClose={close} title={`Edit “${search.name}”`} centered>
      <Form action={action} submit="Save">
        <Fields initial={search} />
      </Form>
    </Modal>
  );
}
