import '../styles/share.css';
import { Button, Checkbox, CopyButton, Modal, TextInput } from '@mantine/core';
import { useMutation } from 'urql';
import { useAttempt } from '../admin/useAction';
import { answered, settle } from '../forms/problems';
import { ShareDocument, type ShareFieldsFragment, type ShareOfInput, UnshareDocument } from '../gql/graphql';
import { useFocusBack } from '../ui/hooks';

interface Props {
  of: ShareOfInput;
  /** What its owner calls it. */
  name: string;
  share: ShareFieldsFragment | null | undefined;
  /** Reads anew what is shared. */
  changed: () => void;
  close: () => void;
}

/** What a stranger learns, and what never. */
function Told({ of }: { of: ShareOfInput }) {
  const binder = 'binderId' in of;
  return (
    <ul className="share-told small">
      <li>
        <strong>They see</strong> its name, your name here, and{' '}
        {binder
          ? 'the cards in it: printing, finish, grade, language, how many, whether signed, altered, misprinted, graded or for trade.'
          : 'the cards on it: which printings would do, how many you want and how many of them you miss.'}
      </li>
      <li>
        <strong>They never see</strong>{' '}
        {binder
          ? 'what you paid and when, notes, tags, certificates, your other binders, and copies that are marked as hidden from shared pages.'
          : 'your target prices, priorities and notes. Copies that are marked as hidden from shared pages count as missing.'}
      </li>
    </ul>
  );
}

function Link({ share }: { share: ShareFieldsFragment }) {
  const url = `${window.location.origin}${share.path}`;
  return (
    <div className="share-link">
      <TextInput
        label="Link"
        value={url}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        data-testid="share-link"
      />
      <CopyButton value={url}>
        {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy link'}</Button>}
      </CopyButton>
    </div>
  );
}

/** Lets others see a binder or a list by a link, until its owner does not want that any more. */
export function ShareDialog({ of, name, share, changed, close }: Props) {
  useFocusBack();
  const [, put] = useMutation(ShareDocument);
  const [, end] = useMutation(UnshareDocument);
  const { run, busy, failure } = useAttempt((act: () => Promise<void>) => act(), changed);
  const show = (showsPrices: boolean) =>
    run(async () => settle((await answered(put({ input: { of, showsPrices } }))).share));
  const stop = (id: string) => run(async () => settle((await answered(end({ id }))).unshare));
  return (
    <Modal opened onClose={close} title={`Share “${name}”`} centered>
      <div className="share-dialog">
        <p>
          {share
            ? 'Everybody who has this link sees it, without an account.'
            : 'Nobody but you sees it now. With a link, everybody who has the link does, without an account.'}
        </p>
        <Told of={of} />
        {share && (
          <>
            <Link share={share} />
            <Checkbox
              label="Show prices"
              description={
                'binderId' in of
                  ? 'And what all of it comes to.'
                  : 'What stores and markets ask, not what you would pay.'
              }
              checked={share.showsPrices}
              disabled={busy}
              onChange={(event) => show(event.currentTarget.checked)}
            />
          </>
        )}
        {failure && (
          <p role="alert" className="down">
            {failure}
          </p>
        )}
        <div className="row">
          {share ? (
            <>
              <Button component="a" href={share.path} target="_blank" rel="noreferrer" variant="default">
                Open the page
              </Button>
              <Button color="red" variant="light" loading={busy} onClick={() => stop(share.id)}>
                Stop sharing
              </Button>
            </>
          ) : (
            <Button loading={busy} onClick={() => show(false)} data-autofocus>
              Make a link
            </Button>
          )}
        </div>
        {share && (
          <p className="muted small">
            When you stop, this link leads nowhere at once, for ever; sharing again makes another one.
          </p>
        )}
      </div>
    </Modal>
  );
}
