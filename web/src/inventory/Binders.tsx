import { Button, Modal } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { type Action, Form } from '../forms/Form';
import { TextField } from '../forms/fields';
import { answered } from '../forms/problems';
import { type FragmentType, unmask } from '../gql';
import {
  BinderOutcomeFragmentDoc,
  CreateBinderDocument,
  DeleteBinderDocument,
  RenameBinderDocument,
  ShareFieldsFragmentDoc,
} from '../gql/graphql';
import { formatMoment } from '../lib/time';
import { ConfirmButton } from '../settings/ConfirmButton';
import { Section } from '../settings/Section';
import { ShareDialog } from '../shares/ShareDialog';
import { EmptyState, SkeletonRows } from '../ui/States';
import { type BinderRow, problemsAt, useInventory } from './context';

const LONGEST = 60;

/** What the server says is wrong; when it is nothing, the binders are read anew. */
function useSettled() {
  const { readBinders } = useInventory();
  return (masked: FragmentType<typeof BinderOutcomeFragmentDoc>) => {
    const { errors } = unmask(BinderOutcomeFragmentDoc, masked);
    if (errors.length === 0) readBinders();
    return problemsAt(errors);
  };
}

function MakeBinder() {
  const settled = useSettled();
  const [, create] = useMutation(CreateBinderDocument);
  const [made, setMade] = useState(0);
  const action: Action = async (values) => {
    const problems = settled((await answered(create({ name: values.text('name').trim() }))).createBinder);
    if (problems.length === 0) setMade((count) => count + 1);
    return problems;
  };
  return (
    <Section title="New binder">
      <div className="panel-body">
        <Form key={made} action={action} submit="Make binder">
          <TextField
            name="name"
            label="Name"
            hint="A binder, a box, a deck: any place for cards."
            maxLength={LONGEST}
          />
        </Form>
      </div>
    </Section>
  );
}

function Rename({ binder, close }: { binder: BinderRow; close: () => void }) {
  const settled = useSettled();
  const [, rename] = useMutation(RenameBinderDocument);
  const action: Action = async (values) => {
    const asked = rename({ id: binder.id, name: values.text('name').trim() });
    const problems = settled((await answered(asked)).renameBinder);
    if (problems.length === 0) close();
    return problems;
  };
  return (
    <Form action={action} submit="Rename">
      <TextField name="name" label="Name" initial={binder.name} maxLength={LONGEST} first />
    </Form>
  );
}

function BinderLine({ binder }: { binder: BinderRow }) {
  const settled = useSettled();
  const { readBinders } = useInventory();
  const [renaming, setRenaming] = useState(false);
  const [sharing, setSharing] = useState(false);
  const [, remove] = useMutation(DeleteBinderDocument);
  const { id, name } = binder;
  const share = unmask(ShareFieldsFragmentDoc, binder.share);
  return (
    <li className="line" data-testid="binder">
      <div className="line-main">
        <Link to="/inventory" search={{ binder: id }} className="link-name">
          {name}
        </Link>
        {share && <span className="tag tag-told">Shared</span>}
        <div className="muted small">made {formatMoment(binder.createdAt)}</div>
      </div>
      <div className="row">
        <Button size="xs" variant="default" aria-label={`Share ${name}`} onClick={() => setSharing(true)}>
          Share
        </Button>
        <Button size="xs" variant="default" aria-label={`Rename ${name}`} onClick={() => setRenaming(true)}>
          Rename
        </Button>
        <ConfirmButton
          label="Delete"
          name={`Delete ${name}`}
          title={`Delete “${name}”?`}
          submit="Delete binder"
          action={async () => settled((await answered(remove({ id }))).deleteBinder)}
        >
          <p>A binder can go when no copies are in it.</p>
        </ConfirmButton>
      </div>
      <Modal opened={renaming} onClose={() => setRenaming(false)} title={`Rename “${name}”`} centered>
        <Rename binder={binder} close={() => setRenaming(false)} />
      </Modal>
      {sharing && (
        <ShareDialog
          of={{ binderId: id }}
          name={name}
          share={share}
          changed={readBinders}
          close={() => setSharing(false)}
        />
      )}
    </li>
  );
}

/** The places for cards. */
export function Binders() {
  const { binders } = useInventory();
  return (
    <>
      <MakeBinder />
      <Section title="Your binders">
        {!binders ? (
          <SkeletonRows rows={4} />
        ) : binders.length > 0 ? (
          <ul className="lines">
            {binders.map((binder) => (
              <BinderLine key={binder.id} binder={binder} />
            ))}
          </ul>
        ) : (
          <EmptyState title="No binders yet">
            <p>Cards need not be in a binder. With some, you know where each copy is.</p>
          </EmptyState>
        )}
      </Section>
    </>
  );
}
