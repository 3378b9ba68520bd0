import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DeliverJob, type HandOver, type JobContext, type Turn } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { testSite } from '../__fixtures__/site.js';
import { answer, passOn, TestMesh, type Gateway } from '../__fixtures__/test-mesh.js';
import type { MeshSite } from '../boot/mesh-site.js';
import { queueBase } from '../redis-keys.js';
import { readEnvelope, readInput } from '../transport/read-job.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

const withPeople = (people: object): MeshSite => ({ ...testSite, settings: { ...testSite.settings, tenants: [{ id: 'demo', people }] } });
const both = withPeople({ webhook: {}, chatwoot: { account: 3 } });
const keywordsOf = (text: string): string[] => text.split(' ').slice(0, 2);
const slots = { order_id: { value: 'HG20260001', raw: 'hg20260001' } };
const flow = { flow: 'refund', siteVersion: testSite.version, at: 2, slots, results: {}, expects: 'slot:reason', tries: 1 };
const c1 = { conversationId: 'c1' };

/** What waits to be delivered, in order. */
async function waiting({ mesh }: Gateway): Promise<{ delivery: string; subject: string; conversationId: string; language: string; private: { text?: string; handOver?: HandOver; turns?: Turn[] } }[]> {
  const base = queueBase('delivery');
  const ids = await test.redis.zrange(`${base}prioritized`, '0', '-1');
  return Promise.all(
    ids.map(async (id) => {
      const input = readInput(readEnvelope(JSON.parse((await test.redis.hget(base + id, 'data')) ?? '{}'), DeliverJob), DeliverJob, mesh.sealer);
      return { ...(input.body as { delivery: string; subject: string; conversationId: string; language: string }), private: input.private as object };
    }),
  );
}

describe('what the mesh notes when it hands over', () => {
  it('is the same whichever tier does: what is wanted, why, the flow with its slots, keywords', async () => {
    const gateway = await test.gateway();
    const trail = { intent: { label: 'refund', confidence: 0.9, source: 'model' as const }, rules: ['angry'] };
    const handOver = { reason: 'tries' };
    await test.tier({
      dispatch: (job, context) => (job.private.text.startsWith('broken') ? context.reply(answer('which order?', { conversation: { flow } })).then(() => undefined) : passOn(job, context)),
      answer: async (_job, context) => void (await context.reply(answer('a colleague takes over', { outcome: 'handed_over', tier: 'none', trail, conversation: { flow: null, handOver } }))),
    }, { keywordsOf });
    await (await gateway.ask('broken kettle, money back', c1)).reply;
    expect(await gateway.mesh.human.noteFor('demo', 'c1')).toBeUndefined();
    await (await gateway.ask('no idea really', c1)).reply;
    expect(await gateway.mesh.human.noteFor('demo', 'c1')).toEqual({ intents: ['refund'], keywords: ['no', 'idea'], rule: 'angry', reason: 'tries', flow: 'refund', slots });
    expect(JSON.stringify(await test.redis.keys('*').then((keys) => Promise.all(keys.filter((key) => key.includes(':conv:')).map((key) => test.redis.hgetall(key)))))).not.toMatch(/HG2026|idea/);
  });

  it('is kept also where a tier fails for good and the catalogue hands over, with what was said', async () => {
    const gateway = await test.gateway();
    const seen: Turn[][] = [];
    const fail = async (context: JobContext): Promise<void> => {
      seen.push((await context.conversation()).turns);
      throw new MeshError('TOOL_REJECTED', 'refund: 422');
    };
    await test.tier({ dispatch: (_job, context) => fail(context) }, { keywordsOf });
    expect((await (await gateway.ask('refund order seven', c1)).reply).receipt.outcome).toBe('handed_over');
    expect(await gateway.mesh.human.noteFor('demo', 'c1')).toMatchObject({ intents: [], keywords: ['refund', 'order'], reason: 'TOOL_REJECTED' });
    await (await gateway.ask('hello?', c1)).reply;
    expect(seen[1]).toEqual([{ role: 'customer', text: 'refund order seven' }, { role: 'mesh', text: 'handed over (English)' }]);
  });
});

describe('deliveries', () => {
  const script = {
    dispatch: async (job: { private: { text: string } }, context: JobContext): Promise<void> => {
      const { text } = job.private;
      await context.reply(answer(`re: ${text}`, text === 'help' ? { outcome: 'handed_over', tier: 'none', conversation: { language: 'zh' } } : {}));
    },
  };

  it('are added by the end of a request: a hand-over for the webhook, every reply for a conversation of Chatwoot', async () => {
    const gateway = await test.gateway(both);
    await test.tier(script, { keywordsOf }, both);
    for (const conversationId of ['c1', 'chatwoot.3.17', 'chatwoot.4.17']) await (await gateway.ask('hi', { conversationId })).reply;
    expect(await waiting(gateway)).toMatchObject([{ delivery: 'chatwoot.reply', conversationId: 'chatwoot.3.17', language: 'en', private: { text: 're: hi' } }]);
    const { submitted, reply } = await gateway.ask('help', { conversationId: 'chatwoot.3.17' });
    await reply;
    const found = (await waiting(gateway)).filter(({ subject }) => subject === submitted.requestId);
    expect(found.map(({ delivery }) => delivery)).toEqual(['webhook.handed_over', 'chatwoot.reply', 'chatwoot.note', 'chatwoot.open']);
    expect(found[0]).toMatchObject({ language: 'zh', private: { handOver: { keywords: ['help'] }, turns: ['hi', 're: hi', 'help', 're: help'].map((text) => ({ text })) } });
    expect(found[3]?.private).toEqual({});
  });

  it('are none where nobody is told anything: a person has the conversation, the tenant has no desk, a later run of the same job', async () => {
    const gateway = await test.gateway(both);
    await test.tier({
      dispatch: async (_job, context) => {
        expect(await context.reply(answer('first', { outcome: 'handed_over' }))).toBe(true);
        expect(await context.reply(answer('second', { outcome: 'handed_over' }))).toBe(false);
      },
    }, {}, both);
    await gateway.mesh.human.takeOver('demo', 'c1');
    await (await gateway.ask('hi', c1)).reply;
    await (await gateway.ask('hi', { tenant: 'other', conversationId: 'c2' })).reply;
    expect(await waiting(gateway)).toEqual([]);
    await (await gateway.ask('hi', { conversationId: 'c3' })).reply;
    expect(await waiting(gateway)).toMatchObject([{ delivery: 'webhook.handed_over', private: { turns: [{ text: 'hi' }, { text: 'first' }] } }]);
  });

  it('tell a conversation of Chatwoot also of a request that no tier ended', async () => {
    const gateway = await test.gateway(both);
    const { requestId } = await gateway.submit('hi', { conversationId: 'chatwoot.3.17' });
    await gateway.mesh.requests.end(requestId, new MeshError('DEADLINE_PASSED', 'nobody was there'));
    expect(await waiting(gateway)).toMatchObject([{ delivery: 'chatwoot.reply', private: { text: 'expired (English)' } }]);
  });
});
