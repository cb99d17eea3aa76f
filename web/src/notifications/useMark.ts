import { useMutation } from 'urql';
import { useAttempt } from '../admin/useAction';
import { answered } from '../forms/problems';
import { MarkNotificationsReadDocument, type NotificationSelectionInput } from '../gql/graphql';
import { RequestFailed } from '../session/post';

/** Marks what was told as read, or as new again. */
export function useMark(done: () => void) {
  const [, send] = useMutation(MarkNotificationsReadDocument);
  return useAttempt(async (which: NotificationSelectionInput, read: boolean) => {
    const { errors } = (await answered(send({ which, read }))).markNotificationsRead;
    if (errors[0]) throw new RequestFailed(errors[0].message);
  }, done);
}
