import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../__fixtures__/run-command.js';
import { scoreOutcomes, type ScoreAll } from '../train/router/score-outcomes.js';
import { evalRoutingCommand } from './eval-routing-command.js';

const lines = (rows: readonly unknown[]): string => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
/** The weak model fails at sums and at nothing else, whatever they are about; all questions are of one length. */
const SUBJECTS = ['apples', 'lizard', 'planet', 'violin', 'garden'];
const pairs = Array.from({ length: 240 }, (_, index) => {
  const subject = SUBJECTS[index % SUBJECTS.length] ?? '';
  return { subject, prompt: index % 3 === 0 ? `${100 + index} times ${200 + index} ${subject} is` : `which ${subject} has a name`.padEnd(`111 times 222 ${subject} is`.length, '?'), weak: index % 3 === 0 ? 0 : 1, strong: 1 };
});
const turns = Array.from({ length: 300 }, (_, index) => (index % 3 === 0 ? { text: `book a table for ${index} people`, context: [], needs_knowledge: false } : { text: `do they allow pets in room ${index}`, context: [], needs_knowledge: true }));

/** Few trees tell what is as plain as this; in this thread, since the program of the others is there only after a build. */
const scoreHere: ScoreAll = async (tasks) => tasks.map(({ settings, ...task }) => scoreOutcomes({ ...task, settings: settings.map((one) => ({ ...one, trees: 10 })) }));

describe('yard eval routing', () => {
  let data: string;
  const write = (file: string, content: string): Promise<void> => writeFile(join(data, 'routing', file), content);
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'switchyard-routing-'));
    await mkdir(join(data, 'routing'));
    await write('routellm_mmlu.even.jsonl', lines(pairs));
    await write('dstc11t5_needs_knowledge.jsonl', lines(turns));
  });
  afterAll(() => rm(data, { recursive: true }));
  const run = (...options: string[]) => runCommand(evalRoutingCommand(scoreHere), ['--data', data, ...options]);

  it('tells a gain from noise: a form that tells, also of subjects that were not seen, and a length that does not', async () => {
    const { out, error } = await run('--weak-usd', '0', '--strong-usd', '0.35', '--wrong-answer-usd', '1');
    expect(error).toBe('');
    expect(out).toMatch(/^ {2}longest first: APGR .*, beside a random mix \(0\.5\) no more than noise;/m);
    expect(out).toMatch(/^ {2}router: APGR 0\.8\d\d .*, beside a random mix \(0\.5\) a gain;/m);
    expect(out).toMatch(/router beside longest first: .* more, a gain$/m);
    expect(out).toMatch(/saved beside the cheaper of both: .*, a gain$/m);
    expect(out).toMatch(/classifier {2}accuracy 100\.0 % .*F1 1\.000/);
    expect(out).toMatch(/always "yes" {2}accuracy 6\d\.\d %/);
  });

  it('sends nothing to the strong model where a wrong answer costs less than it', async () => {
    expect((await run('--weak-usd', '0', '--strong-usd', '1', '--wrong-answer-usd', '0.5')).out).toMatch(/^ {2}0\.0 % to the strong model: \$0\.16667 a question/m);
  });

  it('says which row is of another layout', async () => {
    await write('routellm_mmlu.even.jsonl', lines([...pairs.slice(0, 4), { prompt: 'x', weak: 2, strong: 1 }]));
    const { error, exitCode } = await run();
    await write('routellm_mmlu.even.jsonl', lines(pairs));
    expect([error, exitCode]).toEqual([expect.stringContaining('routing/routellm_mmlu.even.jsonl: row 5 is not of the layout'), 1]);
  });

  it('judges a file of cases by what the data teach of other subjects, or by itself', async () => {
    const cases = join(data, 'cases.jsonl');
    await writeFile(cases, lines(pairs.filter(({ subject }) => subject !== 'garden').concat(pairs.slice(0, 60).map((pair) => ({ ...pair, subject: 'new' })))));
    const both = await run('--cases', cases);
    expect(both.out).toMatch(/^weak or strong model: 252 rows of 5 subjects, .* other subjects among 240 rows;/);
    expect(both.out).toMatch(/^ {2}router: APGR 0\.8\d\d /m);
    const alone = await runCommand(evalRoutingCommand(scoreHere), ['--cases', cases]);
    expect(alone.out).toMatch(/^weak or strong model: 252 rows of 5 subjects, .* other subjects among 252 rows;/);
    expect(alone.out).not.toContain('knowledge base');
    expect(await runCommand(evalRoutingCommand(scoreHere), [])).toMatchObject({ exitCode: 1, error: expect.stringContaining('name what is measured') });
  });

  it('does not judge a subject by itself', async () => {
    await write('routellm_mmlu.even.jsonl', lines(pairs.map((pair) => ({ ...pair, subject: pair.subject < 'm' ? 'one' : 'other' }))));
    const { error, exitCode } = await run();
    await write('routellm_mmlu.even.jsonl', lines(pairs));
    expect([error, exitCode]).toEqual([expect.stringContaining('has 2 subjects, and a router that is trained on other subjects needs 3'), 1]);
  });

  it('says that there is nothing to recover where the strong model is no better', async () => {
    await write('routellm_mmlu.even.jsonl', lines(pairs.map((pair) => ({ ...pair, strong: pair.weak }))));
    const { error, exitCode } = await run();
    await write('routellm_mmlu.even.jsonl', lines(pairs));
    expect([error, exitCode]).toEqual([expect.stringContaining('there is no gap to recover'), 1]);
  });

  it.each([[['--weak-usd', '1'], 1], [['--weak-usd', '-1'], 2]] as const)('refuses %j', async (options, exitCode) => {
    expect((await run(...options)).exitCode).toBe(exitCode);
  });
});
