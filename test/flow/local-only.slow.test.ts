import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IsolatedReport } from './local-only/run-isolated.js';

/** Network and mounts of its own, so that a default route and a resolver can be put there; needs root or user namespaces. */
const ISOLATED = ['--net', '--mount'];

function whyNot(): string | undefined {
  try {
    execFileSync('unshare', [...ISOLATED, 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `no network namespace can be made here: ${error instanceof Error ? error.message.split('\n').join(' ') : 'unshare failed'}`;
  }
}

const reason = whyNot();
describe.skipIf(reason !== undefined)(`with EGRESS=blocked, where no packet gets out${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let directory: string;
  let report: IsolatedReport;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'switchyard-local-only-'));
    const script = join(import.meta.dirname, 'local-only/run-isolated.ts');
    const { stdout } = await promisify(execFile)('unshare', [...ISOLATED, process.execPath, script, join(directory, 'data'), join(directory, 'resolv.conf')], { maxBuffer: 16 * 1024 * 1024 });
    report = JSON.parse(stdout) as IsolatedReport;
  }, 300_000);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(['cold', 'warm'] as const)('the conversations of the sample site come out as ever after a %s start, and nothing tries to leave', (start) => {
    const { conversations, failed, floor, receipts, leftSite, expertKeys, caught } = report[start];
    expect(conversations).toBeGreaterThan(200);
    expect(1 - failed.length / conversations, failed.join('; ')).toBeGreaterThanOrEqual(floor);
    expect(receipts).toBeGreaterThan(conversations);
    expect(leftSite).toBe(0);
    expect(expertKeys).toEqual([]);
    expect(caught).toEqual({ packets: 0, withoutRoute: 0, names: [] });
  });

  it('does not start with a cloud key', () => {
    expect(report.withKey).toMatch(/OPENAI_API_KEY: must be unset where EGRESS is "blocked"/);
  });
});
