import type { FlowStep } from '../schema/flow-file.js';
import type { ToolDefinition } from '../schema/tool-file.js';
import type { Site, SiteProblem } from '../site.js';
import { checkRouterFacts } from './check-router-facts.js';
import { checkRuleValues } from './check-rule-values.js';
import type { PlaceOf } from './sentence-places.js';

/** Where each named thing was written, to point at the file of a broken reference. */
export type Origins = ReadonlyMap<string, string>;

function* stepsOf(steps: readonly FlowStep[]): Generator<FlowStep> {
  for (const step of steps) {
    yield step;
    if ('if' in step) yield* stepsOf([...step.then, ...(step.else ?? [])]);
    if ('call' in step) for (const handler of Object.values(step.onError ?? {})) yield* stepsOf(handler);
  }
}

const LONGEST_UTTERANCE = 2_000;

/** What keeps a model from learning anything from a sentence. */
function faultOf(sentence: string): string | undefined {
  if (!sentence.isWellFormed()) return 'holds half of a surrogate pair';
  if (sentence.replace(/[\p{Cf}\p{Cc}\s]/gu, '') === '') return 'holds nothing that can be seen';
  if (sentence.length > LONGEST_UTTERANCE) return `has ${sentence.length} characters, and ${LONGEST_UTTERANCE} at most are read`;
  return undefined;
}

/** What is wrong with where a tool's arguments go. */
function* problemsOfPlaces(tool: ToolDefinition): Generator<string> {
  if (tool.kind !== 'http' || tool.argumentsIn === undefined) return;
  const properties = tool.arguments['properties'];
  const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const places = Object.entries(tool.argumentsIn);
  for (const [name] of places) {
    if (!known.includes(name)) yield `says where the argument ${name} goes, which it does not have`;
    if (tool.url.includes(`{${name}}`)) yield `says where the argument ${name} goes, which its URL names`;
  }
  const bodies = places.filter(([, place]) => place === 'body').map(([name]) => name);
  const others = known.filter((name) => tool.argumentsIn?.[name] === undefined && !tool.url.includes(`{${name}}`));
  if (bodies.length > 1) yield `has several arguments that are the whole body: ${bodies.join(', ')}`;
  else if (bodies.length === 1 && others.length > 0 && !NO_BODY.has(tool.method)) yield `has an argument that is the whole body, and others that go into it: ${others.join(', ')}`;
}

/** Methods whose arguments go into the query. */
const NO_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

/**
 * What no single file can show: names that lead nowhere, labels that differ by case, sentences in two intents.
 * @param hasRouter whether there is a router, perhaps one with a problem of its own
 */
export function checkReferences(site: Omit<Site, 'version'>, origins: Origins, placeOf: PlaceOf, hasRouter: boolean): SiteProblem[] {
  const problems: SiteProblem[] = [];
  const report = (thing: string, reason: string, sentence?: string): void => {
    const place = placeOf(thing, sentence);
    problems.push({ file: place?.file ?? origins.get(thing) ?? 'site.yaml', line: place?.line ?? 0, reason });
  };

  const labels = new Map<string, string>();
  const sentences = new Map<string, string>();
  const slots = new Set(site.intents.flatMap((intent) => Object.keys(intent.slots)));
  for (const intent of site.intents) {
    const at = `intent:${intent.label}`;
    const twin = labels.get(intent.label.toLowerCase());
    if (twin !== undefined) report(at, twin === intent.label ? `the label ${intent.label} is defined twice` : `the labels ${twin} and ${intent.label} differ by case only`);
    labels.set(intent.label.toLowerCase(), intent.label);
    if (intent.flow !== undefined && !site.flows.has(intent.flow)) report(at, `the intent ${intent.label} names the flow ${intent.flow}, which does not exist`);
    const all = [...intent.utterances.zh, ...intent.utterances.en];
    if (all.length === 0) report(at, `the intent ${intent.label} has no utterance`);
    for (const sentence of all) {
      const fault = faultOf(sentence);
      if (fault !== undefined) report(at, `an utterance of ${intent.label} ${fault}`, sentence);
      const plain = sentence.normalize('NFKC').toLowerCase().trim();
      const other = sentences.get(plain);
      if (other !== undefined && other !== intent.label) report(at, `an utterance stands in both ${other} and ${intent.label}`, sentence);
      sentences.set(plain, intent.label);
    }
    for (const [name, slot] of Object.entries(intent.slots)) {
      if (slot.kind !== 'pattern') continue;
      try {
        void new RegExp(slot.pattern, 'iu');
      } catch {
        report(at, `the pattern of the slot ${name} is not a regular expression`);
      }
    }
  }
  for (const flow of site.flows.values()) {
    for (const step of stepsOf(flow.steps)) {
      if ('ask' in step && !slots.has(step.ask)) report(`flow:${flow.name}`, `the flow ${flow.name} asks for the slot ${step.ask}, which no intent defines`);
      if ('clear' in step && !slots.has(step.clear)) report(`flow:${flow.name}`, `the flow ${flow.name} clears the slot ${step.clear}, which no intent defines`);
      if ('call' in step && !site.tools.has(step.call)) report(`flow:${flow.name}`, `the flow ${flow.name} calls the tool ${step.call}, which does not exist`);
    }
  }
  const rules = new Set<string>();
  for (const rule of site.rules) {
    if (rules.has(rule.name)) report(`rule:${rule.name}`, `the rule ${rule.name} is defined twice`);
    rules.add(rule.name);
    const { to, flow, text } = rule.then;
    if (flow !== undefined && flow !== 'continue' && !site.flows.has(flow)) report(`rule:${rule.name}`, `the rule ${rule.name} names the flow ${flow}, which does not exist`);
    if (to === 'say' && text === undefined) report(`rule:${rule.name}`, `the rule ${rule.name} goes to "say" and has no text`);
  }
  for (const { rule, reason } of checkRouterFacts(site, hasRouter)) report(`rule:${rule.name}`, reason);
  for (const { rule, reason } of checkRuleValues(site)) report(`rule:${rule.name}`, reason);
  const answers = new Set<string>();
  for (const answer of site.answers) {
    if (answers.has(answer.id)) report(`answer:${answer.id}`, `the answer ${answer.id} is defined twice`);
    answers.add(answer.id);
    const questions = [...answer.questions.zh, ...answer.questions.en];
    if (questions.length === 0) report(`answer:${answer.id}`, `the answer ${answer.id} has no question`);
    for (const question of questions) {
      const fault = faultOf(question);
      if (fault !== undefined) report(`answer:${answer.id}`, `a question of ${answer.id} ${fault}`, question);
    }
  }
  for (const tool of site.tools.values()) {
    for (const intent of tool.intents) if (!labels.has(intent.toLowerCase())) report(`tool:${tool.name}`, `the tool ${tool.name} names the intent ${intent}, which does not exist`);
    for (const tenant of tool.tenants ?? []) if (!site.settings.tenants.some(({ id }) => id === tenant)) report(`tool:${tool.name}`, `the tool ${tool.name} names the tenant ${tenant}, which does not exist`);
    for (const reason of problemsOfPlaces(tool)) report(`tool:${tool.name}`, `the tool ${tool.name} ${reason}`);
    if (tool.confirm !== undefined && tool.effect === 'read') report(`tool:${tool.name}`, `the tool ${tool.name} only reads, and has a "confirm" that is never asked`);
  }
  const tenants = new Set<string>();
  const hashes = new Set<string>();
  for (const tenant of site.settings.tenants) {
    if (tenants.has(tenant.id)) report('site', `the tenant ${tenant.id} is defined twice`);
    tenants.add(tenant.id);
    for (const key of tenant.keys) {
      if (hashes.has(key.hash)) report('site', `the key ${key.id} has the hash of another key`);
      hashes.add(key.hash);
    }
  }
  return problems;
}
