import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSiteFolder } from '@switchyard/config';
import { requireSite } from '@switchyard/site';
import { runCommand, startToldGateway, type CommandRun, type ToldGateway } from '../__fixtures__/run-command.js';
import { SITE_YAML } from '../__fixtures__/site-yaml.js';
import type { Review } from './review.js';
import { reviewsCommand } from './reviews-command.js';

const ID = 'a1'.repeat(12);
const review: Review = {
  id: ID, state: 'pending', question: 'Is it loud?', answer: 'No: 40 dB.', language: 'en', citations: [{ documentId: 'guide', title: 'Guide' }], model: 'm', requestId: 'r1', times: 12, edited: false,
  offeredAt: Date.UTC(2026, 10, 26, 14, 0, 1), expiresAt: Date.UTC(2026, 11, 10, 14, 0, 1), decidedAt: null, decidedBy: null,
};
const approved: Review = { ...review, state: 'approved', decidedAt: review.offeredAt, decidedBy: 'demo' };

let gateway: ToldGateway | undefined;
afterEach(() => gateway?.stop());
async function run(args: readonly string[], status: number, body: unknown): Promise<CommandRun & { readonly asked: readonly string[] }> {
  gateway = await startToldGateway(() => [status, body]);
  const result = await runCommand(reviewsCommand(), [...args, '--url', gateway.url]);
  return { ...result, asked: gateway.asked };
}

describe('yard reviews', () => {
  it.each([[[]], [['list']]])('lists what waits, one line each (%j)', async (args) => {
    const { out, asked } = await run(args, 200, { reviews: [review, { ...review, times: 1, question: 'a\u009b2J' }] });
    expect(asked).toEqual(['GET /v1/reviews?state=pending&limit=100']);
    expect(out.split('\n')).toEqual([`12×  ${ID}  en  "Is it loud?"`, String.raw` 1×  ${ID}  en  "a\u009b2J"`, '']);
  });

  it('shows one', async () => {
    const { out, asked } = await run(['show', ID], 200, approved);
    expect(asked).toEqual([`GET /v1/reviews/${ID}`]);
    for (const said of ['"Is it loud?"', '"No: 40 dB."', 'approved 2026-11-26 14:00:01 UTC by demo', 'guide', 'for request r1']) expect(out).toContain(said);
  });

  it('approves, with other words where they are given, and rejects', async () => {
    expect((await run(['approve', ID], 200, approved)).asked).toEqual([`POST /v1/reviews/${ID}/approve {}`]);
    await gateway?.stop();
    expect((await run(['approve', ID, '--answer', 'No.'], 200, approved)).asked).toEqual([`POST /v1/reviews/${ID}/approve {"answer":"No."}`]);
    await gateway?.stop();
    expect((await run(['reject', ID], 200, { ...review, state: 'rejected' })).asked).toEqual([`POST /v1/reviews/${ID}/reject`]);
  });

  it.each([['approve', 'export'], ['list', '--state', 'open'], ['list', '--limit', '0'], ['show']])('asks for nothing where the words are wrong: %s %s', async (...args) => {
    expect(await run(args, 200, {})).toMatchObject({ asked: [], exitCode: 2 });
  });
});

describe('yard reviews export', () => {
  let site: string;
  beforeEach(async () => {
    site = await mkdtemp(join(tmpdir(), 'switchyard-reviews-'));
    await writeFile(join(site, 'site.yaml'), SITE_YAML);
  });
  afterEach(() => rm(site, { recursive: true, force: true }));
  const file = (): string => join(site, 'answers/reviewed.yaml');
  const answers = async () => requireSite(await readSiteFolder(site)).answers;
  const exported = async (reviews: readonly Review[]): Promise<CommandRun> => {
    await gateway?.stop();
    return run(['export', '--site', site], 200, { reviews });
  };

  it('writes what was approved into the site, which is sound with it', async () => {
    const { out, exitCode } = await exported([approved, { ...approved, id: 'b2'.repeat(12), language: 'zh', question: '吵吗', answer: '不吵：“静音”。' }]);
    expect([exitCode, out]).toEqual([0, expect.stringContaining('answers/reviewed.yaml: 2 added')]);
    expect(await answers()).toEqual([
      { id: `reviewed.${ID}`, questions: { zh: [], en: ['Is it loud?'] }, answer: { zh: 'No: 40 dB.', en: 'No: 40 dB.' } },
      { id: `reviewed.${'b2'.repeat(12)}`, questions: { zh: ['吵吗'], en: [] }, answer: { zh: '不吵：“静音”。', en: '不吵：“静音”。' } },
    ]);
  });

  it('leaves what stands there as a person changed it, and what has expired, and adds the rest', async () => {
    await exported([approved]);
    await writeFile(file(), (await readFile(file(), 'utf8')).replace('zh: "No: 40 dB."', 'zh: 不吵，40 分贝。 # translated'));
    expect((await exported([approved])).out).toBe('nothing new to write\n');
    await exported([{ ...approved, id: 'c3'.repeat(12), question: 'Is it heavy?' }]);
    expect((await answers()).map(({ answer }) => answer.zh)).toEqual(['不吵，40 分贝。', 'No: 40 dB.']);
    expect(await readFile(file(), 'utf8')).toContain('# translated');
  });

  it('writes nothing where the site would not be valid', async () => {
    await writeFile(join(site, 'answers.txt'), 'x');
    expect(await exported([approved])).toMatchObject({ exitCode: 1, error: expect.stringContaining('SITE_INVALID') });
    await rm(join(site, 'answers.txt'));
    expect(await exported([{ ...approved, question: '\u200b' }])).toMatchObject({ exitCode: 1, error: expect.stringContaining('answers/reviewed.yaml') });
    expect(await answers()).toEqual([]);
  });
});
