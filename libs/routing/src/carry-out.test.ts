import { describe, expect, it } from 'vitest';
import { MAX_HOPS, type Envelope, type HoldVerdict } from '@switchyard/contracts';
import { CuratedAnswer, IntentDefinition, RuleDefinition, SiteFile } from '@switchyard/site';
import { envelopeOf, MemoryContext } from '@switchyard/testing';
import { carryOut, type CarryOutInput } from './carry-out.js';
import type { RouteDecision } from './choose-route.js';
import { factsFromTrail } from './rule-facts.js';

const text = (word: string): { zh: string; en: string } => ({ zh: `${word}（中）`, en: word });
const settings = SiteFile.parse({
  name: 'shop',
  title: text('shop'),
  languages: ['zh', 'en'],
  egress: 'blocked',
  tenants: [{ id: 'demo', keys: [{ id: 'k', hash: `sha256:${'0'.repeat(64)}`, scopes: ['ask'] }] }],
  texts: { refused: text('refused'), handedOver: text('a person'), unknown: text('unknown'), failed: text('failed'), expired: text('expired'), cancelled: text('cancelled') },
});
const intents = [
  IntentDefinition.parse({ label: 'refund', description: text('refund'), task: 'action', flow: 'refund_flow', utterances: { en: ['refund me'] } }),
  IntentDefinition.parse({ label: 'joke', description: text('joke'), task: 'creative', utterances: { en: ['tell a joke'] } }),
];
const curated = CuratedAnswer.parse({ id: 'hours', questions: { en: ['when are you open'] }, answer: text('nine to nine') });
const slots = { order_number: { value: 'HG20260001', raw: 'hg20260001' } };

async function run(decision: RouteDecision, changes: Partial<CarryOutInput> & { envelope?: Partial<Envelope>; repliedBefore?: boolean; holdVerdict?: HoldVerdict } = {}): Promise<MemoryContext> {
  const { envelope, repliedBefore, holdVerdict, ...input } = changes;
  const context = new MemoryContext({ repliedBefore, holdVerdict });
  await carryOut(decision, { context, job: { envelope: envelopeOf(envelope) }, site: { settings, intents, rules: [] }, language: 'en', text: 'hello', turns: [], collection: 'site', moment: 'message', holdOf: () => ({ mostUsd: 0.02, leastUsd: 0.01 }), ...input });
  expect(context.forwarded.length + context.replies.length, 'exactly one way on').toBe(1);
  return context;
}

const refundTrail = { intent: { label: 'refund', confidence: 0.9, source: 'model' as const } };

describe('carryOut', () => {
  it("runs the intent's own flow with the slots that were found", async () => {
    const { forwarded, recorded } = await run({ rule: 'flow', to: 'worker' }, { trail: refundTrail, slots });
    expect(forwarded).toEqual([
      {
        kind: 'answer',
        body: { mode: 'flow', flow: 'refund_flow', replyLanguage: 'en', slotNames: ['order_number'] },
        private: { text: 'hello', slots, turns: [] },
        trail: { ...refundTrail, rules: ['flow'] },
      },
    ]);
    expect(recorded).toEqual([{ step: 'routed', facts: { rule: 'flow', to: 'worker', moment: 'message' } }]);
  });

  it('starts the flow that the rule names instead', async () => {
    const { forwarded } = await run({ rule: 'r', to: 'worker', flow: 'other' }, { trail: refundTrail });
    expect(forwarded[0]?.body).toMatchObject({ mode: 'flow', flow: 'other' });
  });

  it('goes on with the open flow on `continue`', async () => {
    const { forwarded } = await run({ rule: 'r', to: 'worker', flow: 'continue' }, { trail: refundTrail });
    expect(forwarded[0]?.body).toEqual({ mode: 'flow', replyLanguage: 'en', slotNames: [] });
  });

  it('lets the local model answer an intent that has no flow, from the passages', async () => {
    const passages = [{ documentId: 'd', title: 't', text: 'p' }];
    const { forwarded } = await run({ rule: 'r', to: 'worker' }, { trail: { intent: { label: 'joke', confidence: 1, source: 'model' } }, passages });
    expect(forwarded[0]).toMatchObject({ body: { mode: 'model' }, private: { passages } });
  });

  it('does not take the id of a curated answer for the label of an intent', async () => {
    const facts = factsFromTrail(envelopeOf().trail, envelopeOf());
    const { forwarded } = await run({ rule: 'r', to: 'worker' }, { trail: refundTrail, facts });
    expect(forwarded[0]?.body).toMatchObject({ mode: 'model' });
  });

  it("does not start the intent's flow again when another tier had no answer", async () => {
    const { forwarded } = await run({ rule: 'r', to: 'worker' }, { envelope: { kind: 'retrieve', hop: 2, trail: { ...envelopeOf().trail, ...refundTrail } } });
    expect(forwarded[0]?.body).toMatchObject({ mode: 'model' });
  });

  it('asks the knowledge base of the collection', async () => {
    const { forwarded } = await run({ rule: 'r', to: 'retrieval' }, { language: 'zh', collection: 'manuals' });
    expect(forwarded[0]).toMatchObject({ kind: 'retrieve', body: { collection: 'manuals', replyLanguage: 'zh' }, private: { text: 'hello' } });
  });

  it('consults the expert with turns and passages', async () => {
    const turns = [{ role: 'customer' as const, text: 'before' }];
    const { forwarded, held } = await run({ rule: 'r', to: 'expert' }, { envelope: { kind: 'retrieve', hop: 2 }, turns, passages: [{ documentId: 'd', title: 't', text: 'p' }] });
    expect(forwarded[0]).toMatchObject({ kind: 'consult', private: { turns, passages: [{ documentId: 'd' }] } });
    expect(held).toEqual([{ mostUsd: 0.02, leastUsd: 0.01 }]);
  });

  it('tells whoever reckons what a consultation may cost all that the expert will be told', async () => {
    const asked: unknown[] = [];
    const holdOf = (consultation: object) => (asked.push(consultation), { mostUsd: 0, leastUsd: 0 });
    await run({ rule: 'r', to: 'expert' }, { holdOf, trail: { intent: { label: 'a', confidence: 1, source: 'model' }, intents: ['a', 'b'] }, passages: [{ documentId: 'd', title: 't', text: 'p' }] });
    expect(asked).toEqual([{ tenant: 'demo', language: 'en', text: 'hello', turns: [], passages: [{ documentId: 'd', title: 't', text: 'p' }], intent: { label: 'a', confidence: 1, source: 'model' }, intents: ['a', 'b'], earlier: undefined }]);
  });

  describe('where the money for the expert cannot be held', () => {
    const holdVerdict = { granted: false, exceeded: 'day', leftUsd: 0.003 } as const;
    const facts = factsFromTrail(envelopeOf().trail, envelopeOf(), { egress: 'allowed', budgetLeftUsd: 0.5, available: { localModel: true, expert: true } });

    it('decides by the rules of the site for that, which know what is left', async () => {
      const rules = [
        RuleDefinition.parse({ name: 'still_rich', on: 'expert_unavailable', when: { budgetLeftUsd: { gt: 0.003 } }, then: { to: 'human' } }),
        RuleDefinition.parse({ name: 'poor', on: 'expert_unavailable', when: { 'available.expert': false, egress: 'allowed' }, then: { to: 'worker' } }),
      ];
      const { forwarded, recorded } = await run({ rule: 'r', to: 'expert' }, { facts, holdVerdict, site: { settings, intents, rules } });
      expect(forwarded).toEqual([expect.objectContaining({ kind: 'answer', trail: expect.objectContaining({ rules: ['r', 'poor'] }) })]);
      expect(recorded.map(({ step, facts: { reason } }) => [step, reason])).toEqual([['routed', undefined], ['escalated', 'budget_exhausted'], ['routed', undefined]]);
    });

    it('has a person take over where no rule says who answers instead, also where no facts were gathered', async () => {
      for (const known of [{ facts }, {}]) {
        const { replies } = await run({ rule: 'r', to: 'expert' }, { ...known, holdVerdict });
        expect(replies[0]).toMatchObject({ outcome: 'handed_over', error: { code: 'BUDGET_EXHAUSTED' }, trail: { rules: ['r', 'builtin.no_rule'] }, conversation: { handOver: { reason: 'budget_exhausted' } } });
      }
    });
  });

  describe('where nothing may leave', () => {
    const facts = factsFromTrail(envelopeOf().trail, envelopeOf(), { egress: 'blocked', flow: 'refund_flow', available: { localModel: true, expert: true } });
    const rule = (then: object) => RuleDefinition.parse({ name: 'instead', on: 'expert_unavailable', when: { 'available.expert': false, egress: 'blocked' }, then });

    it.each<[string, object, object]>([
      ['the local model answers, by the rule of the site', { to: 'worker' }, { forwarded: ['answer'], replies: [] }],
      ['a person takes over where the rule sends it back to the expert', { to: 'expert' }, { forwarded: [], replies: ['handed_over'] }],
    ])('puts nothing into the queue of the expert: %s', async (_title, then, expected) => {
      const { forwarded, replies, recorded } = await run({ rule: 'r', to: 'expert' }, { facts, site: { settings, intents, rules: [rule(then)] } });
      expect({ forwarded: forwarded.map(({ kind }) => kind), replies: replies.map(({ outcome }) => outcome) }).toEqual(expected);
      // As the expert would have passed it on: the flow of the intent had its turn.
      expect(forwarded.every(({ body }) => (body as { mode?: string }).mode === 'model')).toBe(true);
      expect((forwarded[0] ?? replies[0])?.trail?.rules?.slice(0, 2)).toEqual(['r', 'instead']);
      expect(recorded.slice(0, 3).map(({ step, facts: { moment, reason } }) => [step, moment, reason])).toEqual([['routed', 'message', undefined], ['escalated', 'expert_unavailable', 'egress_blocked'], expect.arrayContaining(['routed', 'expert_unavailable'])]);
    });

    it('has a person take over where no rule says who answers instead', async () => {
      const { replies } = await run({ rule: 'r', to: 'expert' }, { facts });
      expect(replies[0]).toMatchObject({ outcome: 'handed_over', text: 'a person', error: { code: 'EGRESS_BLOCKED' }, trail: { rules: ['r', 'builtin.no_rule'] } });
    });
  });

  it.each<[string, RouteDecision, string, string, string, 'zh' | 'en']>([
    ['gives the curated answer word for word', { rule: 'r', to: 'curated' }, 'answered', 'curated', 'nine to nine（中）', 'zh'],
    ["says the rule's text", { rule: 'r', to: 'say', text: text('hi there') }, 'answered', 'none', 'hi there', 'en'],
    ["refuses with the site's text", { rule: 'r', to: 'refuse' }, 'refused', 'none', 'refused（中）', 'zh'],
    ["refuses with the rule's text", { rule: 'r', to: 'refuse', text: text('no') }, 'refused', 'none', 'no', 'en'],
    ["hands over with the site's text", { rule: 'r', to: 'human' }, 'handed_over', 'none', 'a person', 'en'],
    ["hands over with the rule's text", { rule: 'r', to: 'human', text: text('wait') }, 'handed_over', 'none', 'wait', 'en'],
  ])('%s', async (_title, decision, outcome, tier, words, language) => {
    const { replies, recorded } = await run(decision, { curated, language });
    expect(replies[0]).toMatchObject({ outcome, tier, text: words, trail: { rules: ['r'] }, conversation: { language } });
    expect(recorded.map(({ step }) => step)).toEqual(['routed', outcome]);
  });

  it('notes for a person what this tier knows: all that is wanted, why, and the slots that were found', async () => {
    const slots = { order_id: { value: 'HG20260001', raw: 'hg20260001' } };
    const wishes = [{ label: 'refund' }, { label: 'order_status' }];
    for (const to of ['say', 'refuse', 'curated'] as const) expect((await run({ rule: 'r', to, text: text('x') }, { curated, slots })).replies[0]?.conversation).not.toHaveProperty('handOver');
    const { replies, recorded } = await run({ rule: 'r', to: 'human', reason: 'angry' }, { wishes, slots });
    expect(replies[0]?.conversation).toEqual({ language: 'en', flow: null, handOver: { intents: ['refund', 'order_status'], reason: 'angry', slots } });
    expect(JSON.stringify(recorded)).not.toMatch(/hg20260001/i);
    expect((await run({ rule: 'r', to: 'human', reason: 'angry' }, { passedOnFor: 'low_confidence' })).replies[0]?.conversation?.handOver).toEqual({ reason: 'low_confidence' });
  });

  it('closes the open flow when a person takes over, and only then', async () => {
    expect((await run({ rule: 'r', to: 'human' })).replies[0]?.conversation).toEqual({ language: 'en', flow: null });
    expect((await run({ rule: 'r', to: 'refuse' })).replies[0]?.conversation).toEqual({ language: 'en' });
  });

  it('records no outcome where another writer was first', async () => {
    expect((await run({ rule: 'r', to: 'say', text: text('x') }, { repliedBefore: true })).recorded.map(({ step }) => step)).toEqual(['routed']);
  });

  it('hands over where a curated answer is asked for and none was matched', async () => {
    const { replies } = await run({ rule: 'r', to: 'curated' });
    expect(replies[0]).toMatchObject({ outcome: 'handed_over', trail: { rules: ['r', 'builtin.no_curated'] } });
  });

  it('passes a request on until the limit, then hands it over', async () => {
    expect((await run({ rule: 'r', to: 'expert' }, { envelope: { kind: 'answer', hop: MAX_HOPS - 2 } })).forwarded).toHaveLength(1);
    const { replies } = await run({ rule: 'r', to: 'expert' }, { envelope: { kind: 'answer', hop: MAX_HOPS - 1 } });
    expect(replies[0]).toMatchObject({ outcome: 'handed_over', trail: { rules: ['r', 'builtin.hops'] } });
  });

  it.each([
    ['answer', 'worker'],
    ['retrieve', 'retrieval'],
    ['consult', 'expert'],
  ] as const)('does not let the tier of a job %s pass it to itself', async (kind, to) => {
    const { replies, recorded } = await run({ rule: 'r', to }, { envelope: { kind, hop: 1 } });
    expect(replies[0]?.outcome).toBe('handed_over');
    expect(recorded[0]?.facts).toMatchObject({ rule: 'builtin.hops', to: 'human', insteadOf: 'r' });
  });

  it('still gives a fixed text at the limit', async () => {
    expect((await run({ rule: 'r', to: 'say', text: text('x') }, { envelope: { hop: MAX_HOPS } })).replies[0]?.outcome).toBe('answered');
  });

  describe('of a message that asks for several things', () => {
    const postage = CuratedAnswer.parse({ id: 'postage', questions: { en: ['what is postage'] }, answer: text('free from 99') });
    const wishes = [{ label: 'hours', answer: curated }, { label: 'postage', answer: postage }, { label: 'refund', flow: 'refund_flow' }];

    it('gives every curated answer, the one that was decided for first, and says that something is left', async () => {
      expect((await run({ rule: 'r', to: 'curated' }, { curated, wishes: wishes.slice(0, 2) })).replies[0]?.text).toBe('nine to nine\n\nfree from 99');
      expect((await run({ rule: 'r', to: 'curated' }, { curated: postage, wishes })).replies[0]?.text).toMatch(/^free from 99\n\nnine to nine\n\nYou asked for something else as well/);
    });

    it('adds them to a text of a rule', async () => {
      const { replies } = await run({ rule: 'r', to: 'say', text: text('try another card') }, { trail: { intent: { label: 'payment_failed', confidence: 0.9, source: 'model' } }, wishes: [{ label: 'payment_failed' }, { label: 'postage', answer: postage }], language: 'zh' });
      expect(replies[0]?.text).toBe('try another card（中）\n\nfree from 99（中）');
    });

    it('tells the flow that starts what else to say, and not the one that goes on', async () => {
      const started = await run({ rule: 'r', to: 'worker' }, { trail: refundTrail, wishes });
      expect(started.forwarded[0]?.body).toMatchObject({ flow: 'refund_flow', further: { answers: ['hours', 'postage'], others: false } });
      const continued = await run({ rule: 'r', to: 'worker', flow: 'continue' }, { trail: refundTrail, wishes });
      expect(continued.forwarded[0]?.body).not.toHaveProperty('further');
    });

    it('names them to the person who takes over, and adds nothing to a refusal', async () => {
      const { replies, recorded } = await run({ rule: 'r', to: 'human' }, { wishes });
      expect(replies[0]?.text).toBe('a person');
      expect(recorded).toContainEqual({ step: 'handed_over', facts: { rule: 'r', tier: 'none', intents: ['hours', 'postage', 'refund'] } });
      expect((await run({ rule: 'r', to: 'refuse' }, { wishes })).replies[0]?.text).toBe('refused');
    });
  });
});
