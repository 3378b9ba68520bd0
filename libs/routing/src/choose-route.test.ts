import { describe, expect, expectTypeOf, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { emptyTrail } from '@switchyard/contracts';
import { RuleDefinition, type FactName } from '@switchyard/site';
import { chooseRoute } from './choose-route.js';
import { factsFromTrail, type RuleFacts } from './rule-facts.js';

// As a user writes them.
const rules = z.array(RuleDefinition).parse(
  parse(`
- { name: 'screened', when: { 'screening.action': 'refuse' }, then: { to: 'refuse' } }
- { name: 'flow.goes_on', when: { 'open.fits': true }, then: { to: 'worker', flow: 'continue' } }
- { name: 'curated', when: { 'curated.id': { not: null }, 'curated.confidence': { gte: 0.6 } }, then: { to: 'curated' } }
- { name: 'complaint_too', when: { intents: { contains: 'complaint' }, intent: { not: 'complaint' } }, then: { to: 'human' } }
- { name: 'complaint', when: { task: 'complaint' }, then: { to: 'human', reason: 'angry', text: { zh: '转人工', en: 'A person takes over.' } } }
- { name: 'flow', when: { flow: { not: null }, confidence: { gte: 0.6 } }, then: { to: 'worker' } }
- { name: 'expert', on: 'no_answer', when: { 'available.expert': true, egress: 'allowed', budgetLeftUsd: { gt: 0 } }, then: { to: 'expert' } }
- { name: 'person', on: 'no_answer', then: { to: 'human' } }
`),
);

const base = factsFromTrail(emptyTrail(), { tenant: 'demo', lane: 'normal' });
const withFacts = (changes: Partial<RuleFacts>): RuleFacts => ({ ...base, ...changes });

describe('chooseRoute', () => {
  it.each<[string, Partial<RuleFacts>, string, string]>([
    ['refuses what the screening refuses, before anything else', { screening: { action: 'refuse', categories: ['x'] }, open: { flow: 'f', expects: 'confirm', fits: true } }, 'screened', 'refuse'],
    ['goes on with an open flow', { open: { flow: 'f', expects: 'confirm', fits: true } }, 'flow.goes_on', 'worker'],
    ['gives a curated answer that is sure enough', { curated: { id: 'hours', confidence: 0.9 } }, 'curated', 'curated'],
    ['passes over one that is not', { curated: { id: 'hours', confidence: 0.5 }, flow: 'refund', confidence: 0.7 }, 'flow', 'worker'],
    ['sees a further wish', { intent: 'order_status', intents: ['order_status', 'complaint'] }, 'complaint_too', 'human'],
    ['hands over where no rule holds', {}, 'builtin.no_rule', 'human'],
  ])('%s', (_title, changes, rule, to) => {
    expect(chooseRoute(rules, 'message', withFacts(changes))).toEqual(expect.objectContaining({ rule, to }));
  });

  it('carries flow, text and reason of the rule', () => {
    expect(chooseRoute(rules, 'message', withFacts({ task: 'complaint' }))).toEqual({ rule: 'complaint', to: 'human', reason: 'angry', text: { zh: '转人工', en: 'A person takes over.' } });
    expect(chooseRoute(rules, 'message', withFacts({ open: { flow: 'f', expects: 'confirm', fits: true } }))).toEqual({ rule: 'flow.goes_on', to: 'worker', flow: 'continue' });
  });

  it('asks only the rules of the moment', () => {
    expect(chooseRoute(rules, 'no_answer', withFacts({ task: 'complaint' })).rule).toBe('person');
    expect(chooseRoute(rules, 'model_unavailable', base).rule).toBe('builtin.no_rule');
  });

  it('spends and leaves only where a fact allows it', () => {
    expect(chooseRoute(rules, 'no_answer', base).to).toBe('human');
    expect(chooseRoute(rules, 'no_answer', withFacts({ available: { localModel: false, expert: true }, egress: 'allowed', budgetLeftUsd: 1 })).to).toBe('expert');
  });
});

describe('the names of facts', () => {
  type PathOf<Facts> = { [Key in keyof Facts & string]: Facts[Key] extends string | number | boolean | null | readonly string[] ? Key : `${Key}.${keyof Facts[Key] & string}` }[keyof Facts & string];

  it('are those that a rule of a site may ask for, and no others', () => {
    expectTypeOf<FactName>().toEqualTypeOf<PathOf<RuleFacts>>();
  });
});

describe('factsFromTrail', () => {
  it('takes intent, task, language and personal data from the trail', () => {
    const trail = { ...emptyTrail(), language: 'zh' as const, task: 'action' as const, intent: { label: 'refund', confidence: 0.9, source: 'model' as const }, redactions: { phone: 1, email: 2 } };
    expect(factsFromTrail(trail, { tenant: 'demo', lane: 'bulk' }, { timeLeftMs: 5 })).toMatchObject({
      intent: 'refund',
      confidence: 0.9,
      task: 'action',
      language: 'zh',
      tenant: 'demo',
      lane: 'bulk',
      pii: ['email', 'phone'],
      timeLeftMs: 5,
    });
  });

  it('names all that the message asks for, and the one intent where it is one', () => {
    const trail = { ...emptyTrail(), intent: { label: 'refund', confidence: 0.9, source: 'model' as const } };
    const envelope = { tenant: 'demo', lane: 'normal' } as const;
    expect(factsFromTrail(trail, envelope).intents).toEqual(['refund']);
    expect(factsFromTrail({ ...trail, intents: ['refund', 'complaint'] }, envelope)).toMatchObject({ intent: 'refund', intents: ['refund', 'complaint'] });
  });

  it('knows in later moments also what the router expects, and nothing where there is none', () => {
    const router = { localRight: 0.4, expertRight: 0.9, gain: 0.5, savesUsd: null };
    expect(factsFromTrail({ ...emptyTrail(), router }, { tenant: 'd', lane: 'normal' }).router).toEqual(router);
    expect(base.router).toEqual({ localRight: null, expertRight: null, gain: null, savesUsd: null });
  });

  it('has no intent where nothing was recognised', () => {
    expect(base.intent).toBeNull();
    expect(factsFromTrail({ ...emptyTrail(), intent: { label: 'none', confidence: 0, source: 'none' } }, { tenant: 'd', lane: 'normal' }).intent).toBeNull();
  });
});
