import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { AnswerFile } from '../schema/answer-file.js';
import { FlowFile } from '../schema/flow-file.js';
import { IntentFile, type IntentDefinition } from '../schema/intent-file.js';
import type { RouterFile } from '../schema/router-file.js';
import { RuleFile, type RuleDefinition } from '../schema/rule-file.js';
import { SiteFile } from '../schema/site-file.js';
import { TestFile } from '../schema/test-file.js';
import { ToolFile, type ToolDefinition } from '../schema/tool-file.js';
import type { CuratedAnswer } from '../schema/answer-file.js';
import type { KnowledgeFile, Prompt, Site, SiteProblem, TestSetUp, WordList } from '../site.js';
import type { TestConversation } from '../schema/test-file.js';
import { checkReferences } from './check-references.js';
import { placesOfSentences, type PlaceOf } from './sentence-places.js';
import { parseRouterFile } from './parse-router-file.js';
import { parseWordList } from './parse-word-list.js';
import { parseYamlFile } from './parse-yaml-file.js';

/** At least this share of the tests must pass where no test file says otherwise. */
const DEFAULT_FLOOR = 0.9;

/** 16 hex digits over all paths and contents, in the order of the paths. */
export function siteVersion(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const path of [...files.keys()].toSorted()) {
    const content = files.get(path) ?? new Uint8Array();
    hash.update(`${path.length}:${path}:${content.byteLength}:`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Reads a site as a whole: relative path -> bytes. A site with a problem is refused whole, with every problem that was
 * found, so that the one in force stays. `values`: what the YAML files hold, by their path, as far as that is known from an
 * earlier reading of the same bytes; what had to be read is added.
 */
export function parseSite(files: ReadonlyMap<string, Uint8Array>, values = new Map<string, unknown>()): { site: Site; problems?: never } | { site?: never; problems: SiteProblem[] } {
  const problems: SiteProblem[] = [];
  const origins = new Map<string, string>();
  let settings: SiteFile | undefined;
  const intents: IntentDefinition[] = [];
  const flows = new Map<string, FlowFile>();
  const rules: RuleDefinition[] = [];
  const words: WordList[] = [];
  const tools = new Map<string, ToolDefinition>();
  const answers: CuratedAnswer[] = [];
  const knowledge: KnowledgeFile[] = [];
  const prompts = new Map<string, Prompt>();
  const before: TestSetUp[] = [];
  const conversations: TestConversation[] = [];
  let floor: number | undefined;
  let router: RouterFile | undefined;

  const addOnce = <Value>(map: Map<string, Value>, kind: string, name: string, value: Value, file: string): void => {
    if (map.has(name)) problems.push({ file, line: 0, reason: `the ${kind} ${name} is defined twice (also in ${origins.get(`${kind}:${name}`) ?? 'another file'})` });
    origins.set(`${kind}:${name}`, file);
    map.set(name, value);
  };

  for (const path of [...files.keys()].toSorted()) {
    const content = files.get(path) ?? new Uint8Array();
    const folder = path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
    const yaml = <Schema extends z.ZodType>(schema: Schema): z.infer<Schema> | undefined => parseYamlFile(path, content, schema, problems, values);
    const isYaml = path.endsWith('.yaml') || path.endsWith('.yml');
    if (path === 'site.yaml') settings = yaml(SiteFile);
    else if (path === 'router.json') router = parseRouterFile(path, content, problems);
    else if (folder === 'intents' && isYaml) {
      for (const intent of yaml(IntentFile) ?? []) {
        origins.set(`intent:${intent.label}`, path);
        intents.push(intent);
      }
    } else if (folder === 'flows' && isYaml) {
      const flow = yaml(FlowFile);
      if (flow) addOnce(flows, 'flow', flow.name, flow, path);
    } else if (folder === 'rules' && isYaml) {
      for (const rule of yaml(RuleFile)?.rules ?? []) {
        origins.set(`rule:${rule.name}`, path);
        rules.push(rule);
      }
    } else if (folder === 'words' && path.endsWith('.txt')) {
      const list = parseWordList(path, content, problems);
      if (list) words.push(list);
    } else if (folder === 'tools' && isYaml) {
      for (const tool of yaml(ToolFile) ?? []) addOnce(tools, 'tool', tool.name, tool, path);
    } else if (folder === 'answers' && isYaml) {
      for (const answer of yaml(AnswerFile)?.answers ?? []) {
        origins.set(`answer:${answer.id}`, path);
        answers.push(answer);
      }
    } else if (folder === 'knowledge') knowledge.push({ path: path.slice('knowledge/'.length), content });
    else if (folder === 'prompts' && path.endsWith('.md')) {
      const text = new TextDecoder().decode(content);
      const name = path.slice('prompts/'.length, -'.md'.length);
      const variables = [...new Set([...text.matchAll(/\{\{\s*([A-Za-z0-9_.]+)\s*\}\}/g)].map((match) => match[1] ?? ''))];
      addOnce(prompts, 'prompt', name, { name, text, variables }, path);
    } else if (folder === 'tests' && isYaml) {
      const tests = yaml(TestFile);
      if (tests?.floor !== undefined) floor = Math.max(floor ?? 0, tests.floor);
      before.push(...(tests?.before ?? []));
      conversations.push(...(tests?.conversations ?? []));
    } else if (!/^(README|LICENSE)/i.test(path)) {
      problems.push({ file: path, line: 0, reason: 'is not a file that a site knows (site.yaml, router.json, intents/*.yaml, flows/*.yaml, rules/*.yaml, words/*.txt, tools/*.yaml, answers/*.yaml, knowledge/**, prompts/*.md, tests/*.yaml)' });
    }
  }
  if (!files.has('site.yaml')) problems.push({ file: 'site.yaml', line: 0, reason: 'is missing' });
  if (!settings) return { problems };
  const uniqueBefore = [...new Map(before.map((call) => [`${call.method} ${call.url}`, call])).values()];
  const parts = { settings, intents, flows, rules, words, tools, answers, knowledge, prompts, tests: { floor: floor ?? DEFAULT_FLOOR, before: uniqueBefore, conversations }, ...(router ? { router } : {}) };
  // Read again only where there is something to tell.
  let places: PlaceOf | undefined;
  const placeOf: PlaceOf = (thing, sentence) => (places ??= placesOfSentences(files))(thing, sentence);
  problems.push(...checkReferences(parts, origins, placeOf, files.has('router.json')));
  if (problems.length > 0) return { problems };
  return { site: { version: siteVersion(files), ...parts } };
}
