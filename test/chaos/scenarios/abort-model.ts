import { waitFor } from '@switchyard/testing';
import { Ledger, requestIdOf } from '../client/ledger.ts';
import type { Document } from '../client/follow-events.ts';
import { send, type Line } from '../client/write-like-a-customer.ts';
import type { ModelCall } from '../rigs/model-server.ts';
import { markOf } from './ask-model.ts';
import type { WholeMesh } from '../rigs/whole-mesh.ts';
import { atMost, told, type Scenario } from './scenario.ts';
import { percentile } from '../../load/statistics.ts';

const TENANT = 'quiet1';
/** Far longer than anybody here waits. */
const SLOW = '(20000 ms)';
const WITHIN_MS = 15_000;

/** From when the customer acted to when the model server saw its caller hang up, and how the request ended. */
interface Abort {
  readonly tookMs: number;
  readonly end: string;
}

export const abortModel: Scenario<WholeMesh> = {
  name: 'abort-model',
  title: 'a cancelled request, and one that a newer message replaces, leave the model at once',
  run: async ({ door, models }, { chance, isLong, slack }) => {
    const ledger = new Ledger();
    const times = isLong ? 50 : 8;
    const line = (text: string): Line => ({ text, kind: 'model', deadlineMs: 30_000, followBy: 'get' });
    const write = async (conversationId: string, place: number, text: string): Promise<string> => {
      const message = ledger.open({ key: `${conversationId}.${place}`, tenant: TENANT, conversationId, place, kind: 'model', deadlineMs: 30_000 });
      await send({ door, ledger, onRefused: 'again' }, message, line(text));
      return requestIdOf(message) ?? '';
    };
    const callOf = (mark: string): Promise<ModelCall> => waitFor(() => models.calls.find((one) => one.mark === mark), WITHIN_MS);
    const end = async (requestId: string): Promise<string> => {
      const { outcome, error } = await waitFor(async () => {
        const document = (await door.call({ tenant: TENANT, path: `/v1/requests/${requestId}` })).body as Document;
        return document.outcome === undefined ? undefined : document;
      }, WITHIN_MS, 50);
      return error ? `${outcome} ${error.code}` : String(outcome);
    };
    const abort = async (name: string, act: (requestId: string) => Promise<unknown>): Promise<Abort> => {
      const requestId = await write(name, 0, `tell me something nice #${markOf(name)} ${SLOW}`);
      const call = await callOf(markOf(name));
      const at = Date.now();
      await act(requestId);
      const abortedAt = await waitFor(() => call.abortedAt, WITHIN_MS);
      return { tookMs: abortedAt - at, end: await end(requestId) };
    };
    const cancelled: Abort[] = [];
    const superseded: Abort[] = [];
    for (let index = 0; index < times; index++) {
      cancelled.push(await abort(`one-${chance.seed}-${index}`, (requestId) => door.call({ tenant: TENANT, method: 'DELETE', path: `/v1/requests/${requestId}` })));
      const name = `two-${chance.seed}-${index}`;
      let newer = '';
      superseded.push(await abort(name, async () => (newer = await write(name, 1, `no, something else #${markOf(`${name}-2`)} (10 ms)`))));
      const answered = await end(newer);
      if (answered !== 'answered') superseded.push({ tookMs: Number.NaN, end: `the newer message was ${answered}` });
    }
    const wrong = [...cancelled.filter((one) => one.end !== 'cancelled REQUEST_CANCELLED'), ...superseded.filter((one) => one.end !== 'cancelled REQUEST_SUPERSEDED')];
    const slowest = (aborts: readonly Abort[]): number => Math.max(...aborts.map(({ tookMs }) => tookMs).filter(Number.isFinite));
    const median = (aborts: readonly Abort[]): number => percentile(aborts.map(({ tookMs }) => tookMs), 0.5);
    return {
      figures: [
        atMost('slowest from a cancellation to the abort at the model', slowest(cancelled), 200 * slack, ' ms'),
        atMost('slowest from a newer message to the abort at the model', slowest(superseded), 200 * slack, ' ms'),
        atMost('ended otherwise than they should', wrong.length, 0),
        told('medians, ms', `${median(cancelled)} and ${median(superseded)}`),
      ],
      details: { cancelled, superseded, wrong },
    };
  },
};
