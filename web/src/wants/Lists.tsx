import { Button, Menu, Modal, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useMutation } from 'urql';
import { useAttempt } from '../admin/useAction';
import { type Action, Form } from '../forms/Form';
import { TextField } from '../forms/fields';
import { answered } from '../forms/problems';
import { unmask } from '../gql';
import {
  CreateWantListDocument,
  DeleteWantListDocument,
  RenameWantListDocument,
  ShareFieldsFragmentDoc,
  type WantListFieldsFragment,
} from '../gql/graphql';
import { saveAs } from '../lib/save';
import { download } from '../session/post';
import { session } from '../session/session';
import { ShareDialog } from '../shares/ShareDialog';
import { problemsAt } from './words';

const LONGEST = 60;
type Which = 'create' | 'rename' | 'delete' | 'share';
type List = WantListFieldsFragment;

function Named({
  submit,
  initial,
  send,
}: {
  submit: string;
  initial?: string;
  send: (name: string) => Promise<ReturnType<typeof problemsAt>>;
}) {
  const action: Action = (values) => send(values.text('name').trim());
  return (
    <Form action={action} submit={submit}>
      <TextField
        name="name"
        label="Name"
        maxLength={LONGEST}
        first
        {...(initial !== undefined && { initial })}
      />
    </Form>
  );
}

function Create({ made }: { made: (id: string) => void }) {
  const [, create] = useMutation(CreateWantListDocument);
  const send = async (name: string) => {
    const { list, errors } = (await answered(create({ name }))).createWantList;
    if (list) made(list.id);
    return problemsAt(errors);
  };
  return <Named submit="Make list" send={send} />;
}

function Rename({ list, done }: { list: List; done: () => void }) {
  const [, rename] = useMutation(RenameWantListDocument);
  const send = async (name: string) => {
    const { errors } = (await answered(rename({ id: list.id, name }))).renameWantList;
    if (errors.length === 0) done();
    return problemsAt(errors);
  };
  return <Named submit="Rename" initial={list.name} send={send} />;
}

function Delete({ list, gone }: { list: List; gone: () => void }) {
  const [, remove] = useMutation(DeleteWantListDocument);
  const action: Action = async () => {
    const { errors } = (await answered(remove({ id: list.id }))).deleteWantList;
    if (errors.length === 0) gone();
    return problemsAt(errors);
  };
  return (
    <Form danger submit="Delete list" action={action}>
      <p>
        {list.totalWants > 0
          ? `Its ${list.totalWants} wants go with it, and cannot come back.`
          : 'There is nothing in it.'}
      </p>
    </Form>
  );
}

const FILES = [
  { file: 'by-color.txt', label: 'Missing cards by colour' },
  { file: 'by-set.txt', label: 'Missing cards by set' },
  { file: 'by-color.csv', label: 'By colour, for a spreadsheet' },
  { file: 'by-set.csv', label: 'By set, for a spreadsheet' },
] as const;

/** Which list is shown, and what can be done with the lists. */
export function Lists({
  lists,
  list,
  show,
  changed,
}: {
  lists: readonly List[];
  list: List;
  show: (id: string | undefined) => void;
  changed: () => void;
}) {
  const [which, open] = useState<Which>();
  const close = () => open(undefined);
  const finish = (id?: string) => {
    close();
    changed();
    if (id !== undefined) show(id || undefined);
  };
  const { run, failure } = useAttempt(
    async (file: string) => {
      const response = await download(`/export/wants/${list.id}/${file}`, await session.fresh());
      saveAs(`${list.name} ${file}`, await response.blob());
    },
    () => undefined,
  );
  const share = unmask(ShareFieldsFragmentDoc, list.share);
  const titles = { create: 'New list', rename: `Rename “${list.name}”`, delete: `Delete “${list.name}”?` };
  return (
    <div className="row">
      <NativeSelect
        size="xs"
        aria-label="List"
        className="list-choice"
        value={list.id}
        data={lists.map(({ id, name, totalWants }) => ({ value: id, label: `${name} (${totalWants})` }))}
        onChange={(event) => show(event.currentTarget.value)}
      />
      <Menu position="bottom-start" width={230}>
        <Menu.Target>
          <Button size="xs" variant="default">
            List…
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => open('create')}>New list…</Menu.Item>
          <Menu.Item onClick={() => open('rename')}>Rename…</Menu.Item>
          <Menu.Item onClick={() => open('share')}>Share…</Menu.Item>
          <Menu.Item onClick={() => open('delete')}>Delete…</Menu.Item>
          <Menu.Divider />
          {FILES.map(({ file, label }) => (
            <Menu.Item key={file} onClick={() => run(file)}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {share && <span className="tag tag-told">Shared</span>}
      {failure && (
        <span role="alert" className="down small">
          {failure}
        </span>
      )}
      {which === 'share' && (
        <ShareDialog
          of={{ wantListId: list.id }}
          name={list.name}
          share={share}
          changed={changed}
          close={close}
        />
      )}
      <Modal
        opened={which !== undefined && which !== 'share'}
        onClose={close}
        title={which && which !== 'share' && titles[which]}
        centered
      >
        {which === 'create' && <Create made={finish} />}
        {which === 'rename' && <Rename list={list} done={finish} />}
        {which === 'delete' && <Delete list={list} gone={() => finish('')} />}
      </Modal>
    </div>
  );
}
