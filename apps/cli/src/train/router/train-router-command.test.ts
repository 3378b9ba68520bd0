import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { predictOutcome, questionFeatures } from '@switchyard/intent';
import { RouterFile } from '@switchyard/site';
import { runCommand } from '../../__fixtures__/run-command.js';
import { SITE_YAML } from '../../__fixtures__/site-yaml.js';
import { siteCheckCommand } from '../../site/site-check-command.js';
import { trainCommand } from '../train-command.js';
import { scoreOutcomes, type ScoreAll } from './score-outcomes.js';

/** Few trees tell what is as plain as this; in this thread, since the program of the others is there only after a build. */
const scoreHere: ScoreAll = async (tasks) => tasks.map(({ settings, ...task }) => scoreOutcomes({ ...task, settings: settings.map((one) => ({ ...one, trees: 10 })) }));

const lines = (rows: readonly unknown[]): string => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
/** Only the expert reckons; one in ten is otherwise. */
const SUBJECTS = ['parcels', 'kettles', 'tickets', 'gardens'];
const outcomes = Array.from({ length: 200 }, (_, index) => {
  const subject = SUBJECTS[index % SUBJECTS.length] ?? '';
  return index % 8 < 4 ? { subject, text: `what do ${index} ${subject} cost at ${index % 7} each`, local: index % 40 < 4 ? 1 : 0, expert: 1 } : { subject, text: `where do ${subject} number ${['one', 'two', 'three', 'four'][index % 3]} originate`, local: 1, expert: 1 };
});

let site: string;
let data: string;
beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'train-router-'));
  site = join(root, 'site');
  data = join(root, 'outcomes.jsonl');
  await mkdir(join(site, 'rules'), { recursive: true });
  await writeFile(join(site, 'site.yaml'), `${SITE_YAML}router: { currency: CNY, wrongAnswer: 7, expertAnswer: 1.4 }\nexchangeRates: { CNY: { perUsd: 7, asOf: 2026-11-01 } }\n`);
  await writeFile(join(site, 'rules', 'r.yaml'), 'rules:\n  - name: worth_it\n    when: { router.savesUsd: { gt: 0 } }\n    then: { to: expert }\n  - name: rest\n    then: { to: worker }\n');
  await writeFile(data, lines(outcomes));
});
afterAll(() => rm(join(site, '..'), { recursive: true }));
const train = (...options: string[]) => runCommand(trainCommand(undefined, scoreHere), ['router', '--data', data, '--site', site, ...options]);
const check = () => runCommand(siteCheckCommand(), [site]);

it('gives a site the router that its rules ask for, and says what it recovers on what it did not see', async () => {
  expect((await check()).out).toContain('rules/r.yaml: the rule worth_it asks for router.savesUsd, and the site has no router.json (yard train router)');
  const { out, error } = await train();
  expect(error).toBe('');
  expect(out).toMatch(/^ {2}router: APGR 0\.[78]\d\d .*, beside a random mix \(0\.5\) a gain;/m);
  expect(out).toMatch(/worth its price where the expected gain is 0\.200 or more/);
  expect(out).toMatch(/trained on all 200 rows, \d+ KiB, written to .*router\.json\n/);
  expect((await check()).out).toMatch(/^version /);

  const router = RouterFile.parse(JSON.parse(await readFile(join(site, 'router.json'), 'utf8')));
  const gainOf = (text: string): number => {
    const { local, expert } = predictOutcome(router, questionFeatures(text));
    return expert - local;
  };
  expect(gainOf('what do 42 parcels cost at 3 each')).toBeGreaterThan(0.5);
  expect(gainOf('where do letters number two originate')).toBeLessThan(0.1);
});

it('writes no word of a customer, and the same router for the same outcomes', async () => {
  const other = join(site, '..', 'other.json');
  const { out } = await train('--out', other, '--json');
  const written = await readFile(other, 'utf8');
  expect(JSON.parse(out)).toMatchObject({ rows: 200, file: other, bytes: written.length });
  expect(written).toBe(await readFile(join(site, 'router.json'), 'utf8'));
  expect(written).not.toMatch(/parcel|kettle|cost/);
});

it.each([
  ['{"text":"x","local":1}', /outcomes\.jsonl:201: expert: /],
  ['{"text":"x","local":1,"expert":2}', /outcomes\.jsonl:201: expert: /],
  ['{"text":"x","local":1,"expert":1,"subjct":"s"}', /outcomes\.jsonl:201: the row: .*subjct/],
  ['nothing', /outcomes\.jsonl:201: is not JSON/],
])('names the line of what is no outcome: %s', async (line, reason) => {
  await writeFile(data, lines(outcomes) + line);
  expect(await train()).toMatchObject({ exitCode: 1, error: expect.stringMatching(reason) });
});

it('trains on no handful of outcomes', async () => {
  await writeFile(data, lines(outcomes.slice(0, 20)));
  expect(await train()).toMatchObject({ exitCode: 1, error: expect.stringContaining('20 rows are too few') });
});
