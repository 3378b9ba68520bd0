import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { readSiteFolder } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import { requireSite, siteVersion, type Site, type TestConversation, type TestSetUp } from '@switchyard/site';
import type { GatewayClient } from '../client/gateway-client.js';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { GatewayClient as Client } from '../client/gateway-client.js';
import { fail } from '../output.js';
import { repositoryRoot } from '../repository.js';
import { isOurs, readRunState } from '../up/run-state.js';
import { SAMPLE_KEY, startMesh } from '../up/start-mesh.js';
import { unmet } from './check-expectation.js';

/** Conversations at once; the turns of one are asked one after the other. */
const AT_ONCE = 4;

interface Result {
  readonly name: string;
  readonly tags: readonly string[];
  readonly passed: boolean;
  /** The first turn that did not come out as expected. */
  readonly turn?: number;
  readonly faults?: readonly string[];
  readonly requestId?: string;
}

async function runConversation(client: GatewayClient, conversation: TestConversation): Promise<Result> {
  const conversationId = `eval-${randomUUID()}`;
  const base = { name: conversation.name, tags: conversation.tags };
  for (const [index, turn] of conversation.turns.entries()) {
    const answer = await client.ask({ text: turn.ask, conversationId });
    const faults = unmet(turn.expect, answer);
    if (faults.length > 0) return { ...base, passed: false, turn: index + 1, faults, requestId: answer.requestId };
  }
  return { ...base, passed: true };
}

/** Puts the backend into its known state: the calls that the tests name, `${NAME}` filled in. */
async function prepare(calls: readonly TestSetUp[], environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const call of calls) {
    const url = call.url.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => {
      const value = environment[name];
      if (value === undefined) throw new MeshError('CONFIG_INVALID', `the tests need ${name}, which is not set`, { field: name });
      return value;
    });
    const response = await fetch(url, { method: call.method });
    if (!response.ok) throw new MeshError('TOOL_UNAVAILABLE', `${call.method} ${new URL(url).pathname} answered ${response.status}`);
  }
}

export async function evaluateSite(client: GatewayClient, site: Site, environment: Readonly<Record<string, string | undefined>>, onResult: (result: Result) => void): Promise<Result[]> {
  await prepare(site.tests.before, environment);
  const queue = [...site.tests.conversations];
  const results: Result[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const result = await runConversation(client, next);
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

function summary(results: readonly Result[]): { total: number; passed: number; share: number; byTag: Record<string, { total: number; passed: number }> } {
  const byTag: Record<string, { total: number; passed: number }> = {};
  for (const result of results) {
    for (const tag of result.tags) {
      const row = (byTag[tag] ??= { total: 0, passed: 0 });
      row.total += 1;
      if (result.passed) row.passed += 1;
    }
  }
  const passed = results.filter((result) => result.passed).length;
  return { total: results.length, passed, share: results.length === 0 ? 0 : passed / results.length, byTag };
}

export function evalSiteCommand(): Command {
  return withConnection(new Command('site').description("the site's own test conversations: pass or fail each; exit code 1 below the site's floor. Starts a mesh of its own where none is running."))
    .option('--site <dir>', 'folder of the site (default: of the running mesh)')
    .action(async (options: ConnectOptions & { site?: string }) => {
      let stop: (() => Promise<void>) | undefined;
      try {
        const running = readRunState(options.data);
        const isUp = options.url !== undefined || (running !== undefined && isOurs(running.pid));
        const directory = resolve(options.site ?? (isUp ? running?.siteDirectory : undefined) ?? process.env['SITE_DIR'] ?? 'deploy/sites/shop');
        const files = await readSiteFolder(directory);
        const site = requireSite(files);
        let client: GatewayClient;
        let environment: Record<string, string | undefined> = { ...process.env, ...running?.environment };
        if (isUp && (options.url !== undefined || running?.siteVersion === siteVersion(files))) client = connect(options);
        else {
          process.stderr.write(`${isUp ? 'the running mesh has another version of the site; ' : ''}starting a mesh for ${directory}\n`);
          const dataDirectory = await mkdtemp(join(tmpdir(), 'switchyard-eval-'));
          const mesh = await startMesh({ repository: repositoryRoot(), siteDirectory: directory, dataDirectory, port: 0, environment: process.env });
          stop = async () => {
            await mesh.stop();
            await rm(dataDirectory, { recursive: true, force: true });
          };
          client = new Client(mesh.url, options.key ?? SAMPLE_KEY);
          environment = { ...process.env, ...mesh.environment };
        }
        const bar = options.json || !process.stderr.isTTY ? undefined : new SingleBar({ format: '{bar} {value}/{total} conversations · {failed} failed', hideCursor: true });
        bar?.start(site.tests.conversations.length, 0, { failed: 0 });
        let failed = 0;
        const results = await evaluateSite(client, site, environment, (result) => {
          if (!result.passed) failed += 1;
          bar?.increment(1, { failed });
        }).finally(() => bar?.stop());
        const total = summary(results);
        if (options.json) process.stdout.write(`${JSON.stringify({ ...total, floor: site.tests.floor, siteVersion: site.version, failed: results.filter((result) => !result.passed) })}\n`);
        else {
          for (const result of results.filter((one) => !one.passed)) {
            process.stdout.write(`${styleText('red', 'failed')} ${result.name}  turn ${result.turn}: ${result.faults?.join('; ')}  (${result.requestId})\n`);
          }
          for (const [tag, row] of Object.entries(total.byTag).toSorted(([a], [b]) => (a < b ? -1 : 1))) process.stdout.write(`  ${tag.padEnd(14)} ${row.passed}/${row.total}\n`);
          process.stdout.write(`${total.passed} of ${total.total} conversations passed: ${(total.share * 100).toFixed(1)} % (floor ${(site.tests.floor * 100).toFixed(0)} %)\n`);
        }
        if (total.share < site.tests.floor) process.exitCode = 1;
      } catch (error) {
        fail(error, options.json === true);
      } finally {
        await stop?.();
      }
    });
}
