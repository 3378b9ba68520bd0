import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readSite } from '../site/read-site.js';
import { runCommand, startToldGateway, type CommandRun, type ToldGateway } from '../__fixtures__/run-command.js';
import { SITE_YAML } from '../__fixtures__/site-yaml.js';
import { explainCommand } from './explain-command.js';

const RULES = `rules:
  - name: urgent
    when: { task: complaint, oldestMs.worker: { lt: 1000 } }
    then: { to: human }
  - name: lookup
    then: { to: retrieval }
`;

describe('yard explain --replay', () => {
  let site: string;
  let version: string;
  let gateway: ToldGateway | undefined;
  beforeAll(async () => {
    site = await mkdtemp(join(tmpdir(), 'switchyard-replay-'));
    await mkdir(join(site, 'rules'));
    await writeFile(join(site, 'site.yaml'), SITE_YAML);
    await writeFile(join(site, 'rules', 'r.yaml'), RULES);
    ({ version } = await readSite(site, site));
  });
  afterEach(() => gateway?.stop());
  afterAll(() => rm(site, { recursive: true }));

  const facts = { task: 'complaint', oldestMs: { worker: 10 } };
  async function replay(routed: Record<string, unknown>, siteVersion = version, ...options: string[]): Promise<CommandRun> {
    const step = { id: '1', requestId: 'r-1', tenant: 'a', conversationId: 'c-1', tier: 'dispatcher', instance: 'i', step: 'routed', at: 5, attempt: 1, siteVersion, facts: routed };
    gateway = await startToldGateway(() => [200, { requestId: 'r-1', tenant: 'a', complete: true, steps: [step] }]);
    return runCommand(explainCommand(), ['r-1', '--replay', '--site', site, '--url', gateway.url, ...options]);
  }

  it('says that the rules decide the same', async () => {
    expect(await replay({ rule: 'urgent', to: 'human', moment: 'message', facts })).toEqual({ out: 'dispatcher message           urgent -> human: same rule\n', error: '', exitCode: 0 });
  });

  it('names what another site decides, and both versions', async () => {
    const { out, exitCode } = await replay({ rule: 'angry', to: 'expert', moment: 'message', facts }, '0000000000000000');
    expect(out).toBe(`dispatcher message           angry -> expert: now urgent -> human, the site has changed (site 0000000000000000 then, ${version} now)\n`);
    expect(exitCode).toBe(0);
  });

  it('exits with 1 where the site is that of then and the decision is not', async () => {
    const { out, exitCode } = await replay({ rule: 'lookup', to: 'retrieval', moment: 'message', facts });
    expect(out).toContain('now urgent -> human, though the site is that of then');
    expect(exitCode).toBe(1);
  });

  it('names the fact that was not recorded, and prints JSON', async () => {
    const { out } = await replay({ rule: 'lookup', to: 'retrieval', moment: 'message', facts: { task: 'complaint' } }, 'older', '--json');
    expect(JSON.parse(out)).toEqual({ siteVersion: version, decisions: [{ tier: 'dispatcher', moment: 'message', rule: 'lookup', to: 'retrieval', siteVersion: 'older', sameSite: false, verdict: 'unknown', now: { rule: 'lookup', to: 'retrieval' }, missing: ['oldestMs.worker'] }] });
  });

  it('says so where no rule decided', async () => {
    expect((await replay({})).out).toBe('no decision of a rule is recorded for this request\n');
  });

  it('shows what is wrong with the site that it is to ask', async () => {
    await writeFile(join(site, 'rules', 'bad.yaml'), 'rules:\n  - name: x\n    then: { too: human }\n');
    const { error, exitCode } = await replay({ rule: 'urgent', to: 'human', moment: 'message', facts });
    await rm(join(site, 'rules', 'bad.yaml'));
    expect(error).toContain('rules/bad.yaml:3: rules.0.then.too: is not a known key (did you mean "to"?)');
    expect(exitCode).toBe(1);
  });
});
