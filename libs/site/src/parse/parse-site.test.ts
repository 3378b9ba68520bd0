import { describe, expect, it } from 'vitest';
import { parseSite } from './parse-site.js';
import { requireSite } from '../require-site.js';

const text = (zh: string, en: string): string => `{ zh: ${zh}, en: ${en} }`;
const SITE = `
name: mini
title: ${text('小店', 'Mini')}
languages: [zh, en]
egress: blocked
tenants:
  - id: demo
    keys: [{ id: k, hash: "sha256:${'0'.repeat(64)}", scopes: [ask] }]
texts:
  refused: ${text('不行', 'no')}
  handedOver: ${text('转人工', 'a person')}
  unknown: ${text('不知道', 'unknown')}
  failed: ${text('出错', 'failed')}
  expired: ${text('超时', 'late')}
  cancelled: ${text('取消', 'cancelled')}
`;
const INTENT = `
label: order_status
description: ${text('查订单', 'order status')}
task: action
flow: order_status
slots: { order_id: { kind: pattern, pattern: 'HG\\d{8}', normalise: upper } }
utterances: { zh: [我的订单在哪], en: [where is my order] }
`;
const FLOW = `
name: order_status
description: ${text('查订单', 'order status')}
steps:
  - ask: order_id
    question: ${text('订单号?', 'Order number?')}
  - say: ${text('好', 'ok')}
`;

const files = (changes: Record<string, string | Uint8Array | null> = {}): Map<string, Uint8Array> => {
  const all: Record<string, string | Uint8Array | null> = { 'site.yaml': SITE, 'intents/order.yaml': INTENT, 'flows/order.yaml': FLOW, ...changes };
  return new Map(
    Object.entries(all).flatMap(([path, content]) => (content === null ? [] : [[path, typeof content === 'string' ? new TextEncoder().encode(content) : content] as const])),
  );
};
const rule = (when: string): string => `rules:\n  - name: r\n    when:\n      ${when}\n    then: { to: human }\n`;
const problemsOf = (changes: Record<string, string | Uint8Array | null>): string[] =>
  (parseSite(files(changes)).problems ?? []).map((problem) => `${problem.file}:${problem.line} ${problem.reason}`);

const tool = (effect: string, more: string): string => `name: t\ndescription: { zh: t, en: t }\neffect: ${effect}\nmethod: GET\nurl: https://x.example/t\narguments: {}\n${more}\n`;
const HEAD = { base: 0.5, trees: [{ feature: [0, -1, -1], threshold: [2, 0, 0], below: [1, 0, 0], value: [0, -0.1, 0.1] }] };
const ROUTER = JSON.stringify({ format: 1, features: ['length'], outcomes: 10, local: HEAD, expert: HEAD });

describe('parseSite', () => {
  it('reads where people are told, and names what is wrong with it', () => {
    const withPeople = (people: string): Record<string, string> => ({ 'site.yaml': SITE.replace('scopes: [ask] }]', `scopes: [ask] }]\n    people:\n      ${people}`) });
    const webhook = "webhook: { url: 'https://desk.example/hooks', secretEnv: DESK_SECRET";
    expect(parseSite(files(withPeople(`${webhook} }`))).site?.settings.tenants[0]?.people).toEqual({ webhook: { url: 'https://desk.example/hooks', secretEnv: 'DESK_SECRET', network: 'public', timeoutMs: 10_000 } });
    expect(problemsOf(withPeople(`${webhook}, secret: whsec_xyz }`))[0]).toMatch(/^site\.yaml:\d+ .*secret/);
    expect(problemsOf(withPeople("chatwoot: { url: 'https://chat.example', account: 3, tokenEnv: TOKEN, hookHash: plain }"))[0]).toMatch(/^site\.yaml:\d+ .*hookHash.*sha256/);
  });

  it('reads a site and fills in what it leaves out', () => {
    const site = requireSite(files());
    expect(site.settings.deadline.defaultMs).toBe(30_000);
    expect(site.intents[0]?.label).toBe('order_status');
    expect(site.flows.get('order_status')?.steps).toHaveLength(2);
  });

  it('reads synonyms of its own, and names the entry that is none, with its line', () => {
    const withSynonyms = (...groups: string[]): Record<string, string> => ({ 'site.yaml': `${SITE}knowledge:\n  synonyms:\n${groups.map((group) => `    - ${group}\n`).join('')}` });
    expect(requireSite(files()).settings.knowledge.synonyms).toEqual([]);
    expect(requireSite(files(withSynonyms('[净水器, 滤水机]', '[returns desk, RMA]'))).settings.knowledge.synonyms).toEqual([['净水器', '滤水机'], ['returns desk', 'RMA']]);
    const line = SITE.split('\n').length + 2;
    expect(problemsOf(withSynonyms('[净水器, 滤水机]', '[RMA]'))).toEqual([`site.yaml:${line + 1} knowledge.synonyms.1: has fewer than two entries, and nothing to be used for one another`]);
    expect(problemsOf(withSynonyms("[RMA, ' ']"))).toEqual([`site.yaml:${line} knowledge.synonyms.0.1: is empty`]);
    expect(problemsOf(withSynonyms('[RMA, returns desk, rma]'))).toEqual([`site.yaml:${line} knowledge.synonyms.0.2: "rma" stands there twice`]);
    expect(problemsOf(withSynonyms(`[RMA, ${'x'.repeat(61)}]`))).toEqual([`site.yaml:${line} knowledge.synonyms.0.1: has more than 60 characters`]);
    expect(problemsOf(withSynonyms(`[${Array.from({ length: 13 }, (_, at) => `w${at}`).join(', ')}]`))).toEqual([`site.yaml:${line} knowledge.synonyms.0: has more than 12 entries`]);
    expect(problemsOf(withSynonyms(...Array.from({ length: 501 }, (_, at) => `[a${at}, b${at}]`)))).toEqual([`site.yaml:${line} knowledge.synonyms: has more than 500 groups`]);
    expect(problemsOf({ 'site.yaml': `${SITE}knowledge: { synonymes: [] }\n` })[0]).toContain('did you mean');
  });

  it('reckons budgets and prices in dollars, by the rates of the site', () => {
    const budget = '\n    budget: { currency: CNY, perDay: 70, perConversation: 3.5 }';
    const models = `models:\n  expert:\n    - provider: qwen\n      model: qwen-plus\n      price: { currency: CNY, inputPerMillion: 0.7, outputPerMillion: 2.1, asOf: '2026-11-01' }\n`;
    const site = requireSite(files({ 'site.yaml': `${SITE.replace('scopes: [ask] }]', `scopes: [ask] }]${budget}`)}${models}exchangeRates: { CNY: { perUsd: 7, asOf: '2026-11-01' } }\n` }));
    expect(site.settings.tenants[0]?.budget).toEqual({ currency: 'CNY', perUsd: 7, perDayUsd: 10, perConversationUsd: 0.5 });
    expect(site.settings.models.expert[0]?.price).toEqual({ inputPerMillionUsd: expect.closeTo(0.1, 12), outputPerMillionUsd: expect.closeTo(0.3, 12), asOf: '2026-11-01' });
  });

  it('gives the same version for the same content and another for any change', () => {
    const one = requireSite(files()).version;
    expect(requireSite(files()).version).toBe(one);
    expect(requireSite(files({ 'knowledge/a.md': 'text' })).version).not.toBe(one);
    expect(one).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ['names an unknown key with its line', { 'site.yaml': SITE.replace('egress: blocked', 'egress: blocked\ncolour: red') }, /^site\.yaml:6 colour: is not a known key$/],
    ['names the key that was meant', { 'site.yaml': SITE.replace('egress: blocked', 'egres: blocked') }, /^site\.yaml:5 egres: is not a known key \(did you mean "egress"\?\)$/],
    ['names a field of the wrong type with its line', { 'site.yaml': SITE.replace('egress: blocked', 'egress: maybe') }, /^site\.yaml:5 egress: /],
    ['names an unknown key of a flow step', { 'flows/order.yaml': FLOW.replace('- ask: order_id', '- ask: order_id\n    colour: red') }, /^flows\/order\.yaml:6 steps\.0\.colour: is not a known key$/],
    ['names a broken line of YAML', { 'intents/order.yaml': 'label: [a\n' }, /^intents\/order\.yaml:\d+ /],
    ['names a missing file', { 'site.yaml': null }, /^site\.yaml:0 is missing$/],
    ['names a flow that does not exist', { 'flows/order.yaml': null }, /names the flow order_status, which does not exist/],
    ['names a slot that no intent defines', { 'flows/order.yaml': FLOW.replace('ask: order_id', 'ask: colour') }, /asks for the slot colour/],
    ['names labels that differ by case', { 'intents/b.yaml': INTENT.replace('label: order_status', 'label: Order_Status').replace('我的订单在哪', '别的').replace('where is my order', 'other') }, /differ by case only/],
    ['names an utterance that stands in two intents', { 'intents/b.yaml': INTENT.replace('label: order_status', 'label: other') }, /stands in both other and order_status/],
    ['names a word list without a header', { 'words/bad.txt': 'word\n' }, /^words\/bad\.txt:1 the header "# category/],
    ['names a word list with an unknown action', { 'words/bad.txt': '# category: c\n# action: explode\nword\n' }, /^words\/bad\.txt:2 action must be one of/],
    ['names a file that a site does not know', { 'flow/x.yaml': 'a: 1' }, /^flow\/x\.yaml:0 is not a file that a site knows/],
    ['names a file that is not UTF-8', { 'intents/order.yaml': new Uint8Array([0xff, 0xfe, 0xfd]) }, /is not UTF-8/],
    ['names an unknown key of a rule', { 'rules/r.yaml': 'rules:\n  - name: r\n    wen: { intent: x }\n    then: { to: human }\n' }, /^rules\/r\.yaml:3 rules\.0\.wen: is not a known key \(did you mean "when"\?\)$/],
    ["names an unknown key of a rule's target", { 'rules/r.yaml': 'rules:\n  - name: r\n    then: { to: human, reson: x }\n' }, /^rules\/r\.yaml:3 rules\.0\.then\.reson: is not a known key \(did you mean "reason"\?\)$/],
    ['names an unknown fact', { 'rules/r.yaml': rule('intent: x\n      intnet: y') }, /^rules\/r\.yaml:5 rules\.0\.when\.intnet: is not a fact that a rule can ask for \(did you mean "intent"\?\)$/],
    ['names a value that a fact never has', { 'rules/r.yaml': rule('task: actoin') }, /^rules\/r\.yaml:0 the rule r compares task with "actoin", which it never is \(did you mean "action"\?\)$/],
    ['names none of the intents and curated answers', { 'rules/r.yaml': rule('intents: { contains: nowhere }') }, /^rules\/r\.yaml:0 the rule r compares intents with "nowhere", which it never is$/],
    ['names an intent that does not exist, in a list of an alternative also', { 'rules/r.yaml': rule('any:\n        - intent: { in: [oos, nowhere] }') }, /^rules\/r\.yaml:0 the rule r compares intent with "nowhere", which it never is$/],
    ['names an unknown queue', { 'rules/r.yaml': rule('oldestMs.wroker: { gte: 5000 }') }, /^rules\/r\.yaml:4 .*did you mean "oldestMs\.worker"\?\)$/],
    ['names an unknown fact of an alternative', { 'rules/r.yaml': rule('any:\n        - intent: x\n        - weather: hot') }, /^rules\/r\.yaml:6 rules\.0\.when\.any\.1\.weather: is not a fact that a rule can ask for$/],
    ['names an unknown test', { 'rules/r.yaml': rule('confidence: { gtee: 0.5 }') }, /^rules\/r\.yaml:4 rules\.0\.when\.confidence\.gtee: is not a known key \(did you mean "gte"\?\)$/],
    ['names a tenant that does not exist', { 'tools/t.yaml': tool('read', 'tenants: [nobody]') }, /^tools\/t\.yaml:0 the tool t names the tenant nobody, which does not exist$/],
    ['names a confirmation that is never asked', { 'tools/t.yaml': tool('read', 'confirm: { question: { zh: a, en: a }, done: { zh: a, en: a } }') }, /^tools\/t\.yaml:0 the tool t only reads, and has a "confirm" that is never asked$/],
    ['names an argument that goes somewhere and does not exist', { 'tools/t.yaml': tool('read', 'argumentsIn: { a: query }') }, /^tools\/t\.yaml:0 the tool t says where the argument a goes, which it does not have$/],
    ['names two bodies', { 'tools/t.yaml': tool('read', 'argumentsIn: { a: body, b: body }').replace('arguments: {}', 'arguments: { properties: { a: {}, b: {} } }') }, /the tool t has several arguments that are the whole body: a, b$/],
    ['names a tool that is asked about under another name', { 'tools/t.yaml': tool('write', 'confirm: { question: { zh: a, en: a }, done: { zh: a, en: a } }'), 'rules/r.yaml': rule("open.flow: 'tool:u'") }, /compares open\.flow with "tool:u", which it never is \(did you mean "tool:t"\?\)$/],
    ['names a rule that asks a router which is not there', { 'rules/r.yaml': rule('router.gain: { gt: 0.1 }') }, /^rules\/r\.yaml:0 the rule r asks for router\.gain, and the site has no router\.json \(yard train router\)$/],
    ['names a rule that reckons without prices', { 'router.json': ROUTER, 'rules/r.yaml': rule('any:\n        - router.savesUsd: { gt: 0 }') }, /^rules\/r\.yaml:0 the rule r asks for router\.savesUsd, and site\.yaml has no prices/],
    ['names an unknown fact of the router', { 'rules/r.yaml': rule('router.gian: { gt: 0.1 }') }, /^rules\/r\.yaml:4 .*did you mean "router\.gain"\?\)$/],
    ['names a router of another release', { 'router.json': ROUTER.replace('"format":1', '"format":0') }, /^router\.json:0 format: must be 1: train the router again with this release$/],
    ['names a router that is no JSON', { 'router.json': '{' }, /^router\.json:0 is not JSON/],
    ['names a rule that says nothing', { 'rules/r.yaml': 'rules:\n  - name: r\n    then: { to: say }\n' }, /goes to "say" and has no text/],
  ])('%s', (_title, changes, pattern) => {
    const problems = problemsOf(changes);
    expect(problems.some((problem) => pattern.test(problem)), problems.join('\n')).toBe(true);
  });

  it('reads a router that rules ask', () => {
    const site = requireSite(files({ 'router.json': ROUTER, 'rules/r.yaml': rule('router.gain: { gt: 0.1 }') }));
    expect(site.router).toMatchObject({ outcomes: 10, local: HEAD });
    expect(requireSite(files()).router).toBeUndefined();
  });

  it('takes values that are known instead of reading the files, and reads where they do not fit', () => {
    const values = new Map<string, unknown>();
    const site = requireSite(files(), values);
    expect([...values.keys()]).toEqual(['flows/order.yaml', 'intents/order.yaml', 'site.yaml']);
    expect(requireSite(files(), structuredClone(values))).toEqual(site);
    expect(requireSite(files(), new Map([...values, ['site.yaml', { name: 1 }]]))).toEqual(site);
  });

  it('refuses a bad site whole, with the code of the catalogue', () => {
    expect(() => requireSite(files({ 'site.yaml': 'name: 1' }))).toThrow(/^SITE_INVALID: site\.yaml/);
  });
});
