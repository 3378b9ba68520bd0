import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, startToldGateway, type CommandRun, type ToldGateway } from '../__fixtures__/run-command.js';
import { SITE_YAML } from '../__fixtures__/site-yaml.js';
import { siteShadowCommand } from './site-shadow-command.js';

const RULES = `rules:
  - { name: poem, when: { task: creative, backlog.expert: { lt: 5 } }, then: { to: expert } }
  - { name: lookup, then: { to: retrieval } }
`;
const routed = (requestId: string, rule: string, to: string, facts: Record<string, unknown>) => ({ id: requestId, requestId, tenant: 'a', conversationId: 'c', tier: 'dispatcher', instance: 'i', step: 'routed', at: 5, attempt: 1, siteVersion: 'before', facts: { rule, to, moment: 'message', facts } });
const called = { ...routed('r-9', '', '', {}), tier: 'expert', step: 'model_called', facts: { costUsd: 0.02 } };
const first = [routed('r-1', 'lookup', 'retrieval', { task: 'knowledge' }), routed('r-2', 'writing', 'worker', { task: 'creative', backlog: { expert: 0 } }), called];
const second = [routed('r-3', 'poem', 'expert', { task: 'creative', backlog: { expert: 1 } }), routed('r-4', 'writing', 'worker', { task: 'creative' })];

describe('yard site shadow', () => {
  let site: string;
  let gateway: ToldGateway | undefined;
  beforeAll(async () => {
    site = await mkdtemp(join(tmpdir(), 'switchyard-shadow-'));
    await mkdir(join(site, 'rules'));
    await writeFile(join(site, 'site.yaml'), SITE_YAML);
    await writeFile(join(site, 'rules', 'r.yaml'), RULES);
  });
  afterEach(() => gateway?.stop());
  afterAll(() => rm(site, { recursive: true }));

  async function shadow(answer: (path: string) => readonly [number, unknown], ...options: string[]): Promise<CommandRun & { readonly asked: readonly string[] }> {
    gateway = await startToldGateway((_method, path) => answer(path));
    return { ...(await runCommand(siteShadowCommand(), [site, '--url', gateway.url, ...options])), asked: gateway.asked };
  }
  const twoPages = (path: string) => [200, path.includes('before=7') ? { steps: second } : { steps: first, next: 7 }] as const;

  it('shows what would go elsewhere, from where to where, with examples and the cost', async () => {
    const { out, exitCode, asked } = await shadow(twoPages);
    expect(exitCode).toBe(0);
    expect(asked).toHaveLength(2);
    expect(out).toMatch(/^4 decisions of 4 requests, made by site before; asked: the rules of site [0-9a-f]{16}$/m);
    expect(out).toMatch(/decided the same +2 +50\.0 %/);
    expect(out).toMatch(/would go elsewhere +1 +25\.0 %/);
    expect(out).toMatch(/cannot be told +1 +25\.0 % {2}\(not recorded: backlog\.expert\)/);
    expect(out).toMatch(/^ +1 {2}message {2}writing -> worker {2}now poem -> expert {2}r-2$/m);
    expect(out).toContain('to the expert: 1 (25.0 %), would be 2 (50.0 %); estimated cost $0.0200, would be $0.0400 at the recorded $0.02000 a decision');
  });

  it('reads no more than it is told to, and prints JSON', async () => {
    const { out, asked } = await shadow(twoPages, '--last', '2', '--hours', '1', '--json');
    expect(asked).toHaveLength(1);
    const since = Number(new URL(`http://x${asked[0]?.slice('GET '.length) ?? ''}`).searchParams.get('since'));
    expect(Math.abs(Date.now() - 3_600_000 - since)).toBeLessThan(60_000);
    expect(JSON.parse(out)).toMatchObject({ decisions: 2, same: 1, changed: 1, changes: [{ from: { rule: 'writing' }, now: { rule: 'poem', to: 'expert' }, examples: ['r-2'] }] });
  });

  it('says so where there was no traffic', async () => {
    expect((await shadow(() => [200, { steps: [] }])).out).toBe('no decision of a rule is recorded in the last 24 hours: there is nothing to compare\n');
  });

  it('shows what is wrong with the candidate, and asks the mesh nothing', async () => {
    await writeFile(join(site, 'rules', 'bad.yaml'), 'rules:\n  - name: x\n    when: { intnet: y }\n    then: { to: human }\n');
    const { error, exitCode, asked } = await shadow(twoPages);
    await rm(join(site, 'rules', 'bad.yaml'));
    expect(error).toContain('rules/bad.yaml:3: rules.0.when.intnet: is not a fact that a rule can ask for (did you mean "intent"?)');
    expect([exitCode, asked]).toEqual([1, []]);
  });

  it.each([['--hours', '0'], ['--last', 'many'], ['--hours', '-1']])('refuses %s %s', async (...options) => {
    expect((await shadow(twoPages, ...options)).exitCode).toBe(2);
  });

  it('shows what the gateway has against it', async () => {
    const { error, exitCode } = await shadow(() => [403, { code: 'SCOPE_MISSING', detail: 'operate' }]);
    expect([error, exitCode]).toEqual([expect.stringContaining('SCOPE_MISSING'), 1]);
  });
});
