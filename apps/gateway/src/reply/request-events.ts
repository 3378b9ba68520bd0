import type { MeshEvent, RequestView } from '../ask/mesh.js';
import { requestDocument } from '../ask/request-view.js';
import { writeEvent } from './server-sent-events.js';

/** Ids of the first and the last event; those between are the mesh's own. */
export const FIRST_ID = 'accepted';
export const LAST_ID = 'reply';

/** An id that the mesh gives to what happens: the run that wrote it, and its place in that run. */
const MESH_ID = /^\d{1,9}-\d{1,9}$/;

export const isEventId = (id: string): boolean => id === FIRST_ID || id === LAST_ID || MESH_ID.test(id);

/**
 * A request's life as events. Deltas of a run that another run took over are left out; `epoch` tells a reader when to start
 * afresh, and the reply holds the whole text in any case.
 */
export async function* requestEvents(view: RequestView, events: AsyncIterable<MeshEvent>, lastEventId: string | undefined): AsyncGenerator<string, void, undefined> {
  const { requestId, conversationId, acceptedAt, deadlineAt } = view;
  if (lastEventId === undefined) yield writeEvent({ event: 'accepted', id: FIRST_ID, data: JSON.stringify({ requestId, conversationId, acceptedAt, deadlineAt }) });
  let newest = 0;
  for await (const event of events) {
    if (event.kind === 'reply') {
      yield writeEvent({ event: 'reply', id: LAST_ID, data: JSON.stringify(requestDocument({ ...view, state: 'done', reply: event.reply })) });
      return;
    }
    if (event.kind === 'decided') {
      yield writeEvent({ event: 'decided', id: event.id, data: JSON.stringify(event.decision) });
      continue;
    }
    if (event.epoch < newest) continue;
    newest = event.epoch;
    yield writeEvent({ event: 'delta', id: event.id, data: JSON.stringify({ epoch: event.epoch, text: event.text }) });
  }
}
