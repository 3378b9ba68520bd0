import { afterEach, describe, expect, it } from 'vitest';
import { runCommand, startToldGateway, type CommandRun, type ToldGateway } from '../__fixtures__/run-command.js';
import { deadLettersCommand } from './dead-letters-command.js';

const ID = '01a20b88-4e4e-7429-a33c-e54d884a2053.dispatch.0';
const letter = { id: ID, queue: 'dispatch', kind: 'dispatch', requestId: ID.split('.')[0] ?? '', code: 'MODEL_MISSING', detail: 'qwen3:8b', attempts: 1, lostWorkers: 0, failedAt: Date.UTC(2026, 10, 26, 14, 0, 1), bytes: 612 };
const opened = { ...letter, conversationId: 'c-1', body: { source: 'chat' }, trail: { rules: ['faq'] }, private: { sizes: { text: 7, turns: 1 } }, history: null };

describe('yard dead-letters', () => {
  let gateway: ToldGateway | undefined;
  afterEach(() => gateway?.stop());

  const run = async (args: string, status: number, body: unknown): Promise<CommandRun & { readonly asked: readonly string[] }> => {
    gateway = await startToldGateway(() => [status, body]);
    const result = await runCommand(deadLettersCommand(), [...args.split(' ').filter((word) => word !== ''), '--url', gateway.url]);
    return { ...result, asked: gateway.asked };
  };

  it.each(['', 'list'])('lists what failed, one line each ("%s")', async (name) => {
    const { out, asked } = await run(name, 200, { deadLetters: [letter, { ...letter, queue: 'worker', detail: '', code: 'INTERNAL' }] });
    expect(asked).toEqual(['GET /v1/dead-letters?']);
    expect(out.split('\n')).toEqual([`2026-11-26 14:00:01  dispatch  MODEL_MISSING  ${ID}  qwen3:8b`, `2026-11-26 14:00:01  worker    INTERNAL       ${ID}`, '']);
  });

  it('says so where nothing failed, and asks for what it is told to', async () => {
    expect(await run('--queue worker --code INTERNAL --limit 5', 200, { deadLetters: [] })).toMatchObject({ out: 'no dead letters\n', asked: ['GET /v1/dead-letters?queue=worker&code=INTERNAL&limit=5'] });
  });

  it('prints the answer as it came with --json', async () => {
    const { out } = await run('--json', 200, { deadLetters: [letter] });
    expect(JSON.parse(out)).toEqual({ deadLetters: [letter] });
  });

  it('shows one without a word of the customer', async () => {
    const { out, asked } = await run(`show ${ID}`, 200, opened);
    expect(asked).toEqual([`GET /v1/dead-letters/${ID}`]);
    expect(out).toContain('MODEL_MISSING: qwen3:8b');
    expect(out).toContain('text (7 characters) · turns (1 character)');
    expect(out).toContain('the auditor did not tell in time');
  });

  it('shows what the customer said where that is asked for, harmless to the terminal, and the steps of the request', async () => {
    const step = { id: '1', requestId: letter.requestId, tenant: 'a', conversationId: 'c-1', tier: 'gateway', instance: 'i', step: 'accepted', at: 5, attempt: 1, siteVersion: 'v', facts: { lane: 'normal' } };
    const { out, asked } = await run(`show ${ID} --reveal`, 200, { ...opened, private: { sizes: { text: 7 }, fields: { text: 'hi\u001b[2J\u009b2J' } }, history: [step] });
    expect(asked).toEqual([`GET /v1/dead-letters/${ID}?reveal=true`]);
    expect(out).toContain(String.raw`text "hi\u001b[2J\u009b2J"`);
    expect(out).toMatch(/\+0 ms {2}gateway +accepted +lane normal/);
  });

  it('tries again those that are named', async () => {
    const { out, asked, exitCode } = await run(`redrive ${ID}`, 200, { redriven: [{ id: ID, requestId: 'r-2' }], failed: [] });
    expect([asked, exitCode]).toEqual([[`POST /v1/dead-letters/redrive {"ids":["${ID}"]}`], 0]);
    expect(out).toBe(`goes on  ${ID} as request r-2\n1 tried again, 0 failed\n`);
  });

  it('tries all again that fit, and exits with 1 where one failed', async () => {
    const { out, asked, exitCode } = await run('redrive --all --queue worker --limit 7', 200, { redriven: [], failed: [{ id: ID, code: 'SEAL_BROKEN' }] });
    expect([asked, exitCode]).toEqual([['POST /v1/dead-letters/redrive {"queue":"worker","limit":7}'], 1]);
    expect(out).toContain(`failed   ${ID}: SEAL_BROKEN`);
  });

  it.each(['redrive', 'redrive --queue worker', `redrive ${ID} --all`, `redrive ${ID} --code INTERNAL`])('asks for nothing where it is not plain what is to be tried again: %s', async (args) => {
    expect(await run(args, 200, {})).toMatchObject({ asked: [], exitCode: 1, error: expect.stringContaining('name either ids, or --all') });
  });

  it.each(['--limit 0', '--limit many', 'redrvie', 'show', '--reveal'])('does not run with %s', async (args) => {
    expect(await run(args, 200, {})).toMatchObject({ asked: [], exitCode: 2, error: expect.stringContaining('error: ') });
  });

  it('tells an error of the gateway by its code', async () => {
    const problem = { code: 'SCOPE_MISSING', detail: 'the key demo-ask lacks the scope "operate"' };
    expect(await run('', 403, problem)).toMatchObject({ out: '', exitCode: 1, error: expect.stringContaining('SCOPE_MISSING: the key demo-ask lacks the scope "operate"') });
    expect(JSON.parse((await run('--json', 403, problem)).error)).toMatchObject({ error: { code: 'SCOPE_MISSING' } });
  });
});
