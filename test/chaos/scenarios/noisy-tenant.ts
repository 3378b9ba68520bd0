import { openLoop } from '../../load/open-loop.ts';
import { percentile } from '../../load/statistics.ts';
import { endedAt, Ledger, requestIdOf, sentAt, type Message } from '../client/ledger.ts';
import { writeLikeACustomer, type ConversationPlan } from '../client/write-like-a-customer.ts';
import { fairShares, jainIndex } from '../check/measure-fairness.ts';
import type { WholeMesh } from '../rigs/whole-mesh.ts';
import { askModel } from './ask-model.ts';
import { measureCapacity } from './measure-capacity.ts';
import { atLeast, atMost, told, type Scenario } from './scenario.ts';

const QUIET = ['quiet1', 'quiet2', 'quiet3'] as const;
const NOISY = 'noisy';
const TIMES = 10;
const ANSWER_MS = 600;
const DEADLINE_MS = 10_000;

const isServed = (message: Message): boolean => message.sightings.some(({ outcome }) => outcome === 'answered');

export const noisyTenant: Scenario<WholeMesh> = {
  name: 'noisy-tenant',
  title: 'one tenant asks ten times as much as each of the others, and more than there is room for',
  run: async ({ door, models }, { chance, seconds, say, slack }) => {
    models.answerIn(ANSWER_MS);
    const plan = (name: string, tenants: readonly string[]): ((index: number) => ConversationPlan) => askModel({ name: `${name}-${chance.seed}`, tenants, deadlineMs: DEADLINE_MS });
    const capacity = await measureCapacity(door, { atOnce: 32, warmUpMs: 2_000, measureMs: 6_000, conversation: plan('noisy-capacity', QUIET) });
    // Together a third of what the model can do: alone they never wait.
    const rate = capacity / 3 / QUIET.length;
    const run = async (name: string, isNoisy: boolean): Promise<Ledger> => {
      const ledger = new Ledger();
      const customers = { door, ledger, onRefused: 'leave' } as const;
      const load = (tenants: readonly string[], perSecond: number): Promise<void> => {
        const conversation = plan(`${name}-${tenants.length}`, tenants);
        return openLoop(perSecond, seconds, (index) => writeLikeACustomer(customers, conversation(index)));
      };
      await Promise.all([load(QUIET, rate * QUIET.length), ...(isNoisy ? [load([NOISY], rate * TIMES)] : [])]);
      return ledger;
    };
    const p95 = ({ messages }: Ledger): number => percentile(messages.filter((message) => message.tenant !== NOISY && isServed(message)).map((message) => (endedAt(message) ?? Number.NaN) - sentAt(message)), 0.95);
    say(`the model answers ${capacity.toFixed(1)}/s; each quiet tenant asks ${rate.toFixed(1)}/s, the noisy one ${(rate * TIMES).toFixed(1)}/s`);
    const alone = await run('alone', false);
    const together = await run('together', true);
    const tenants = [...QUIET, NOISY];
    const asked = tenants.map((tenant) => together.messages.filter((message) => message.tenant === tenant).length);
    const served = tenants.map((tenant) => together.messages.filter((message) => message.tenant === tenant && isServed(message)).length);
    const shares = fairShares(asked, served.reduce((sum, one) => sum + one, 0));
    const refused = (tenant: string): number => together.messages.filter((message) => message.tenant === tenant && requestIdOf(message) === undefined).length;
    return {
      figures: [
        atMost("the others' p95, against alone", p95(together) / p95(alone), 1.5 * slack, ' times'),
        atLeast('Jain index of what each got of its fair share', jainIndex(served.map((one, at) => one / (shares[at] ?? 1))), 0.95),
        atMost('messages of the others that were refused', QUIET.reduce((sum, tenant) => sum + refused(tenant), 0), 0),
        told('p95 alone and beside the noisy one, ms', `${p95(alone)} and ${p95(together)}`),
      ],
      details: { capacity, rate, tenants, asked, served, shares, refused: tenants.map(refused) },
    };
  },
};
