import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '@switchyard/contracts';
import { compareRuns } from './compare-runs.js';
import { drawComparison } from './draw-comparison.js';
import { observeRun, observeSteps, type ObservedCall, type ObservedConversation } from './observe-run.js';

const event = (step: string, facts: Record<string, unknown>, more: Partial<AuditEvent> = {}): AuditEvent => ({ id: 'i', requestId: 'r', tenant: 't', conversationId: 'c', tier: 'worker', instance: 'w', step, at: 1, attempt: 1, siteVersion: 'v', facts, ...more });
const call = (change: Partial<ObservedCall> = {}): ObservedCall => ({ isRepair: false, isAway: false, failed: false, tokensIn: 100, tokensOut: 10, ms: 50, ...change });
const conversation = (name: string, change: Partial<ObservedConversation> = {}): ObservedConversation => ({ name, passed: true, turns: ['answered/worker'], faults: [], calls: [call()], messages: 1, escalated: 0, ...change });
const OF = { site: 'v1', base: { model: 'small' }, canary: { model: 'small', adapter: 'tone' } };

describe('what the record tells of the local model', () => {
  it('is read of the steps of the worker, and of no other tier', () => {
    const seen = observeSteps([
      event('model_called', { attempt: 'first', tokensIn: 30, tokensOut: 7, variant: 'canary' }, { tookMs: 12 }),
      event('model_called', { attempt: 'repair', tokensIn: 60, tokensOut: 9, variant: 'canary_away' }, { tookMs: 8 }),
      event('escalated', { reason: 'low_confidence' }),
      event('model_called', { tokensIn: 900 }, { tier: 'expert' }),
    ]);
    expect(seen).toEqual({ messages: 1, escalated: 1, calls: [call({ tokensIn: 30, tokensOut: 7, ms: 12 }), call({ isRepair: true, isAway: true, tokensIn: 60, tokensOut: 9, ms: 8 })] });
  });

  it('is nothing where a flow answered, also one that was passed on', () => {
    expect(observeSteps([event('flow_step', {}), event('escalated', {})])).toEqual({ messages: 0, escalated: 0, calls: [] });
  });

  it('is added up over the turns of a conversation', async () => {
    const explain = (requestId: string) => Promise.resolve({ requestId, tenant: 't', complete: true, steps: [event('model_called', { attempt: 'first', error: 'MODEL_UNAVAILABLE' })] });
    const answer = (requestId: string, outcome: string) => ({ requestId, outcome, text: '', receipt: undefined, error: undefined });
    const [seen] = await observeRun({ explain }, [{ name: 'a', tags: [], passed: false, faults: ['outcome is x'], answers: [answer('1', 'answered'), answer('2', 'handed_over')] }]);
    expect(seen).toMatchObject({ name: 'a', passed: false, faults: ['outcome is x'], turns: ['answered/none', 'handed_over/none'], messages: 2, calls: [{ failed: true }, { failed: true }] });
  });
});

describe('two runs side by side', () => {
  const base = [conversation('kept'), conversation('lost'), conversation('won', { passed: false, faults: ['the reply lacks "15"'], calls: [call(), call({ isRepair: true, ms: 150 })] }), conversation('moved', { turns: ['handed_over/none'], escalated: 1 })];
  const canary = [conversation('kept'), conversation('lost', { passed: false, faults: ['tier is none, not worker'], turns: ['handed_over/none'], escalated: 1 }), conversation('won'), conversation('moved')];
  const comparison = compareRuns(OF, base, canary);

  it('are added up', () => {
    expect(comparison.base).toEqual({ model: 'small', conversations: 4, passed: 3, messages: 4, escalated: 1, calls: 5, repaired: 1, failed: 0, tokensIn: 500, tokensOut: 50, p50Ms: 50, p95Ms: 150 });
    expect(comparison.canary).toMatchObject({ model: 'small', adapter: 'tone', passed: 3, escalated: 1, calls: 4, repaired: 0, tokensOut: 40, p95Ms: 50 });
    expect(comparison.problem).toBeUndefined();
  });

  it('name the conversations that came out otherwise, and those that went another way', () => {
    expect(comparison.differing.map(({ name, base: was, canary: is }) => [name, was.passed, is.passed])).toEqual([['lost', true, false], ['won', false, true], ['moved', true, true]]);
  });

  it('are told apart by place where two conversations have one name', () => {
    const twice = compareRuns(OF, [conversation('a'), conversation('a', { passed: false })], [conversation('a'), conversation('a')]);
    expect(twice.differing).toHaveLength(1);
  });

  it.each([
    ['the canary was away', base, [conversation('kept', { calls: [call({ isAway: true })] }), ...canary.slice(1)], 'was away in 1 of 4 calls'],
    ['nothing came to the model', [conversation('kept', { calls: [], messages: 0 })], [conversation('kept', { calls: [], messages: 0 })], 'no conversation came'],
  ])('are no comparison where %s', (_what, before, after, words) => {
    expect(compareRuns(OF, before, after).problem).toContain(words);
  });

  it('are drawn in two columns, with what differs below', () => {
    const drawn = stripVTControlCharacters(drawComparison(comparison));
    expect(drawn).toMatch(/^ +small +small \+ tone$/m);
    expect(drawn).toMatch(/^passed +3 of 4 +3 of 4$/m);
    expect(drawn).toMatch(/^repaired +1 +0$/m);
    expect(drawn).toContain('fails now lost: answered/worker → handed_over/none  (tier is none, not worker)');
    expect(drawn).toContain('passes now won: answered/worker → answered/worker  (the reply lacks "15")');
    expect(drawn).toContain('other way moved: handed_over/none → answered/worker');
  });
});
