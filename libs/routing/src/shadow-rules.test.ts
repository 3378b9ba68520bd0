import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RuleDefinition } from '@switchyard/site';
import type { RecordedDecision } from './replay-decision.js';
import { shadowRules } from './shadow-rules.js';

const rulesOf = (...rules: unknown[]): RuleDefinition[] => z.array(RuleDefinition).parse(rules);
const noAnswer = { name: 'none', on: 'no_answer', then: { to: 'expert' } };
const candidate = rulesOf({ name: 'poem', when: { task: 'creative' }, then: { to: 'expert' } }, { name: 'calm', when: { task: 'small_talk', 'oldestMs.worker': { lt: 500 } }, then: { to: 'worker' } }, { name: 'knowledge', then: { to: 'retrieval' } }, noAnswer);

let at = 0;
const made = (requestId: string, rule: string, to: string, facts: Record<string, unknown>, more: Partial<RecordedDecision> = {}): RecordedDecision => ({ requestId, tier: 'dispatcher', at: (at += 1), siteVersion: 'v', moment: 'message', rule, to, facts, ...more });

describe('shadowing rules on recorded decisions', () => {
  it('counts what stays, what goes elsewhere and from where to where', () => {
    const report = shadowRules([made('r1', 'knowledge', 'retrieval', { task: 'knowledge' }), made('r2', 'write', 'worker', { task: 'creative' }), made('r3', 'write', 'worker', { task: 'creative' })], candidate);
    expect(report).toMatchObject({ requests: 3, decisions: 3, same: 1, changed: 2, sameTarget: 0, unknown: 0, expert: { before: 0, after: 2 } });
    expect(report.changes).toEqual([{ moment: 'message', from: { rule: 'write', to: 'worker' }, now: { rule: 'poem', to: 'expert' }, count: 2, examples: ['r3', 'r2'] }]);
  });

  it('tells a rule of another name that goes to the same place', () => {
    expect(shadowRules([made('r1', 'lookup', 'retrieval', { task: 'knowledge' })], candidate)).toMatchObject({ changed: 1, sameTarget: 1 });
  });

  it('leaves out what followed on a decision that would have gone elsewhere', () => {
    const followed = made('r1', 'none', 'expert', {}, { tier: 'retrieval', moment: 'no_answer' });
    const report = shadowRules([followed, made('r1', 'knowledge', 'retrieval', { task: 'creative' }, { at: 0 })], candidate);
    expect(report).toMatchObject({ decisions: 2, changed: 1, same: 0, moot: 1, expert: { before: 1, after: 1 } });
    expect(shadowRules([made('r2', 'lookup', 'retrieval', { task: 'knowledge' }), { ...followed, requestId: 'r2', at: at + 1 }], candidate)).toMatchObject({ changed: 1, same: 1, moot: 0 });
  });

  it('says which facts it lacks, and takes those decisions to stay', () => {
    const report = shadowRules([made('r1', 'writing', 'expert', { task: 'small_talk' })], candidate);
    expect(report).toMatchObject({ unknown: 1, changed: 0, missing: { 'oldestMs.worker': 1 }, expert: { before: 1, after: 1 } });
  });

  it('counts a decision that was made again once, as it was made last', () => {
    expect(shadowRules([made('r1', 'write', 'worker', { task: 'creative' }), made('r1', 'knowledge', 'retrieval', { task: 'knowledge' })], candidate)).toMatchObject({ decisions: 1, same: 1, changed: 0 });
  });

  it('has nothing to say about no traffic', () => {
    expect(shadowRules([], candidate)).toMatchObject({ requests: 0, decisions: 0, changes: [] });
  });
});
