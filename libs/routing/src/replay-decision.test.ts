import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AuditEvent, emptyTrail } from '@switchyard/contracts';
import { RuleDefinition } from '@switchyard/site';
import { chooseRoute } from './choose-route.js';
import { readDecision, replayDecision } from './replay-decision.js';
import { factsFromTrail, type FurtherFacts } from './rule-facts.js';

const rulesOf = (...rules: unknown[]): readonly RuleDefinition[] => z.array(RuleDefinition).parse(rules);
const rules = rulesOf(
  { name: 'calm', when: { intent: 'chat', 'oldestMs.worker': { lt: 2_000 } }, then: { to: 'worker' } },
  { name: 'either', when: { any: [{ intent: 'chat', 'backlog.expert': 0 }, { intent: 'poem' }] }, then: { to: 'expert' } },
  { name: 'worth_it', when: { 'router.savesUsd': { gt: 0 } }, then: { to: 'expert' } },
  { name: 'lookup', then: { to: 'retrieval' } },
  { name: 'person', on: 'no_answer', then: { to: 'human' } },
);
const mesh = { oldestMs: { worker: 100, expert: 0 }, backlog: { worker: 1, expert: 0 } };
const factsOf = (changes: FurtherFacts) => factsFromTrail(emptyTrail(), { tenant: 'demo', lane: 'normal' }, { ...mesh, ...changes });

/** The step as it comes back from the record, which is JSON. */
const stepOf = (facts: Record<string, unknown>, changes: Partial<AuditEvent> = {}): AuditEvent =>
  AuditEvent.parse(JSON.parse(JSON.stringify({ id: 'r1.dispatcher.0.1.3', requestId: 'r1', tenant: 'demo', conversationId: 'c', tier: 'dispatcher', instance: 'd', step: 'routed', at: 5, attempt: 1, siteVersion: 'v1', facts, ...changes })));

function recordedFor(changes: FurtherFacts, then = rules) {
  const facts = factsOf(changes);
  const { rule, to } = chooseRoute(then, 'message', facts);
  const decision = readDecision(stepOf({ rule, to, moment: 'message', facts }));
  if (!decision) throw new Error('not read');
  return decision;
}

describe('replaying a decision', () => {
  it.each<FurtherFacts>([{ intent: 'chat' }, { intent: 'chat', oldestMs: { worker: 9_000 } }, { intent: 'poem' }, { intent: 'other' }, { router: { localRight: 0.2, expertRight: 0.9, gain: 0.7, savesUsd: 0.03 } }, {}])('gives the decision of then by the rules of then: %j', (changes) => {
    expect(replayDecision(recordedFor(changes), rules)).toMatchObject({ verdict: 'same', missing: [] });
  });

  it('names the rule that other rules would choose', () => {
    const others = rulesOf({ name: 'calm', when: { intent: 'chat', 'oldestMs.worker': { lt: 50 } }, then: { to: 'worker' } }, { name: 'rest', then: { to: 'human' } });
    expect(replayDecision(recordedFor({ intent: 'chat' }), others)).toMatchObject({ verdict: 'rule', decided: { rule: 'rest', to: 'human' } });
  });

  it('tells a rule that goes elsewhere now', () => {
    expect(replayDecision(recordedFor({ intent: 'chat' }), rulesOf({ name: 'calm', then: { to: 'say', text: { zh: '好', en: 'ok' } } }))).toMatchObject({ verdict: 'target', decided: { to: 'say' } });
  });

  it('does not guess where a fact that decides was not recorded', () => {
    const { oldestMs: _, ...older } = factsOf({ intent: 'chat' });
    const recorded = readDecision(stepOf({ rule: 'lookup', to: 'retrieval', facts: older }));
    expect(recorded && replayDecision(recorded, rules)).toMatchObject({ verdict: 'unknown', missing: ['oldestMs.worker'] });
  });

  it('needs no fact that could not have changed the decision', () => {
    const { oldestMs: _, backlog: __, ...older } = factsOf({ intent: 'other' });
    const recorded = readDecision(stepOf({ rule: 'lookup', to: 'retrieval', facts: older }));
    expect(recorded && replayDecision(recorded, rules)).toMatchObject({ verdict: 'same', missing: [] });
  });

  it('asks for the facts of alternatives that could hold', () => {
    const { backlog: _, ...older } = factsOf({ intent: 'chat', oldestMs: { worker: 9_000 } });
    const recorded = readDecision(stepOf({ rule: 'lookup', to: 'retrieval', facts: older }));
    expect(recorded && replayDecision(recorded, rules)).toMatchObject({ verdict: 'unknown', missing: ['backlog.expert'] });
  });

  it('replays the rule that was chosen where the mesh could not carry it out', () => {
    const recorded = readDecision(stepOf({ rule: 'builtin.hops', to: 'human', moment: 'message', insteadOf: 'lookup', facts: factsOf({}) }));
    expect(recorded && replayDecision(recorded, rules)).toMatchObject({ verdict: 'same', decided: { rule: 'lookup' } });
  });

  it('asks the rules of the moment', () => {
    const recorded = readDecision(stepOf({ rule: 'person', to: 'human', moment: 'no_answer', facts: factsOf({}) }, { tier: 'retrieval' }));
    expect(recorded && replayDecision(recorded, rules).verdict).toBe('same');
  });
});

describe('reading a decision', () => {
  it.each([
    ['another step', stepOf({ rule: 'r', to: 'human', moment: 'message', facts: {} }, { step: 'classified' })],
    ['a decision without facts', stepOf({ rule: 'r', to: 'human' })],
    ['a decision of a later tier whose moment was not recorded', stepOf({ rule: 'r', to: 'human', facts: {} }, { tier: 'retrieval' })],
    ['a moment that does not exist', stepOf({ rule: 'r', to: 'human', moment: 'never', facts: {} })],
  ])('leaves out %s', (_title, step) => {
    expect(readDecision(step)).toBeUndefined();
  });
});
