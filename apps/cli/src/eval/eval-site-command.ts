import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { readSiteFolder } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import { canaryOf, requireSite, siteVersion, type Site } from '@switchyard/site';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';
import { isOurs, readRunState } from '../up/run-state.js';
import { compareRuns } from './site/compare-runs.js';
import { drawComparison } from './site/draw-comparison.js';
import { observeRun } from './site/observe-run.js';
import { openMeshFor, type MeshFor } from './site/open-mesh-for.js';
import { evaluateSite, type Result } from './site/run-conversations.js';

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

/** Runs the conversations with a bar that shows how far they are, where somebody looks on. */
async function runWithBar(mesh: Pick<MeshFor, 'client' | 'environment'>, site: Site, isQuiet: boolean): Promise<Result[]> {
  const bar = isQuiet || !process.stderr.isTTY ? undefined : new SingleBar({ format: '{bar} {value}/{total} conversations · {failed} failed', hideCursor: true });
  bar?.start(site.tests.conversations.length, 0, { failed: 0 });
  let failed = 0;
  return evaluateSite(mesh.client, site, mesh.environment, (result) => {
    if (!result.passed) failed += 1;
    bar?.increment(1, { failed });
  }).finally(() => bar?.stop());
}

interface Options extends ConnectOptions {
  readonly site?: string;
  readonly compare?: true;
}

/** The conversations with the model as it is, then with the canary for all of them, each in a mesh of its own. */
async function compare(directory: string, site: Site, options: Options): Promise<void> {
  const settings = site.settings.models.worker;
  const canary = settings && canaryOf(settings);
  if (!settings || !canary) throw new MeshError('CONFIG_INVALID', `${directory}: there is nothing to compare; name it in models.worker.canary of site.yaml`, { field: 'models.worker.canary' });
  const run = async (share: number): ReturnType<typeof observeRun> => {
    process.stderr.write(`starting a mesh for ${directory} with ${share === 0 ? 'the model' : 'the canary'}\n`);
    const mesh = await openMeshFor(directory, { key: options.key, variables: { CANARY_SHARE: String(share) } });
    try {
      return await observeRun(mesh.client, await runWithBar(mesh, site, options.json === true));
    } finally {
      await mesh.stop();
    }
  };
  const comparison = compareRuns({ site: site.version, base: settings, canary }, await run(0), await run(1));
  process.stdout.write(options.json ? `${JSON.stringify(comparison)}\n` : drawComparison(comparison));
  if (comparison.problem !== undefined || comparison.canary.passed < comparison.base.passed) process.exitCode = 1;
}

export function evalSiteCommand(): Command {
  return withConnection(new Command('site').description("the site's own test conversations: pass or fail each; exit code 1 below the site's floor. Starts a mesh of its own where none is running."))
    .option('--site <dir>', 'folder of the site (default: of the running mesh)')
    .option('--compare', 'run them with the local model and then with its canary (models.worker.canary), each in a mesh of its own, and print both side by side; exit code 1 where fewer pass with the canary')
    .action(async (options: Options) => {
      let stop: (() => Promise<void>) | undefined;
      try {
        const running = readRunState(options.data);
        const isUp = options.url !== undefined || (running !== undefined && isOurs(running.pid));
        const directory = resolve(options.site ?? (isUp ? running?.siteDirectory : undefined) ?? process.env['SITE_DIR'] ?? 'deploy/sites/shop');
        const files = await readSiteFolder(directory);
        const site = requireSite(files);
        if (options.compare) return await compare(directory, site, options);
        let mesh: Pick<MeshFor, 'client' | 'environment'>;
        if (isUp && (options.url !== undefined || running?.siteVersion === siteVersion(files))) mesh = { client: connect(options), environment: { ...process.env, ...running?.environment } };
        else {
          process.stderr.write(`${isUp ? 'the running mesh has another version of the site; ' : ''}starting a mesh for ${directory}\n`);
          const own = await openMeshFor(directory, { key: options.key });
          stop = () => own.stop();
          mesh = own;
        }
        const results = await runWithBar(mesh, site, options.json === true);
        const total = summary(results);
        const failed = results.filter((result) => !result.passed);
        if (options.json) process.stdout.write(`${JSON.stringify({ ...total, floor: site.tests.floor, siteVersion: site.version, failed: failed.map(({ answers: _answers, ...result }) => result) })}\n`);
        else {
          for (const result of failed) {
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
