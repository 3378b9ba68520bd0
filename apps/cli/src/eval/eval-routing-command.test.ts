import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../__fixtures__/run-command.js';
import { evalRoutingCommand } from './eval-routing-command.js';

const lines = (rows: readonly unknown[]): string => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
/** The weak model fails at proofs and at nothing else; all questions are of one length. */
const pairs = Array.from({ length: 600 }, (_, index) => ({ subject: 's', prompt: `${index % 3 === 0 ? 'prove the theorem of group' : 'write the capital of china'} ${100 + index}`, weak: index % 3 === 0 ? 0 : 1, strong: 1 }));
const turns = Array.from({ length: 300 }, (_, index) => (index % 3 === 0 ? { text: `book a table for ${index} people`, context: [], needs_knowledge: false } : { text: `do they allow pets in room ${index}`, context: [], needs_knowledge: true }));

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
  const run = (...options: string[]) => runCommand(evalRoutingCommand(), ['--data', data, ...options]);

  it('tells a gain from noise: words that tell, and a length that does not', async () => {
    const { out, error } = await run('--weak-usd', '0', '--strong-usd', '0.01', '--wrong-answer-usd', '1');
    expect(error).toBe('');
    expect(out).toMatch(/^ {2}longest first: APGR .*, beside a random mix \(0\.5\) no more than noise;/m);
    expect(out).toMatch(/^ {2}router: APGR 0\.8\d\d .*, beside a random mix \(0\.5\) a gain;/m);
    expect(out).toMatch(/router beside longest first: .* more, a gain$/m);
    expect(out).toMatch(/saved beside the cheaper of both: .*, a gain$/m);
    expect(out).toMatch(/classifier {2}accuracy 100\.0 % .*F1 1\.000/);
    expect(out).toMatch(/always "yes" {2}accuracy 6\d\.\d %/);
  });

  it('sends nothing to the strong model where a wrong answer costs less than it', async () => {
    expect((await run('--weak-usd', '0', '--strong-usd', '1', '--wrong-answer-usd', '0.5')).out).toContain('none goes to the strong model');
  });

  it('says which row is of another layout', async () => {
    await write('routellm_mmlu.even.jsonl', lines([...pairs.slice(0, 4), { prompt: 'x', weak: 2, strong: 1 }]));
    const { error, exitCode } = await run();
    await write('routellm_mmlu.even.jsonl', lines(pairs));
    expect([error, exitCode]).toEqual([expect.stringContaining('routing/routellm_mmlu.even.jsonl: row 5 is not of the layout'), 1]);
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
