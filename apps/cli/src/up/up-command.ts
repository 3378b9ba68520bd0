import { relative } from 'node:path';
import { styleText } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { fail } from '../output.js';
import { repositoryRoot } from '../repository.js';
import { StartPicture } from './draw-start.js';
import { TIERS, type TierName } from './plan-mesh.js';
import { isOurs, readRunState } from './run-state.js';
import { sampleKeyOf, startMesh, type RunningMesh } from './start-mesh.js';

function parseInstances(value: string): Partial<Record<TierName, number>> {
  const counts: Partial<Record<TierName, number>> = {};
  for (const part of value.split(',')) {
    const match = /^([a-z]+)=([1-9]\d?)$/.exec(part.trim());
    const tier = TIERS.find((one) => one === match?.[1]);
    if (!match || !tier) throw new InvalidArgumentError(`"${part}" is not TIER=COUNT with a tier of ${TIERS.join(', ')}.`);
    counts[tier] = Number(match[2]);
  }
  return counts;
}

export function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}

function welcome(mesh: RunningMesh, root: string): string {
  const key = sampleKeyOf(mesh.site);
  const bearer = key ?? 'YOUR-KEY';
  return [
    '',
    `${styleText('bold', mesh.site.settings.title.en)} (${mesh.site.settings.title.zh}) is open.  site version ${mesh.site.version}`,
    '',
    `  console   ${styleText('cyan', `${mesh.url}/`)}`,
    `  API docs  ${mesh.url}/docs`,
    `  ask       npx yard ask "运费多少钱？"     npx yard ask "where is my order HG20260003?"`,
    `  OpenAI    base_url ${mesh.url}/v1   api_key ${bearer}   model switchyard`,
    `  logs      ${relative(root, '.switchyard/logs') || '.switchyard/logs'}`,
    '',
    'Ctrl-C drains and stops all of it.',
    '',
  ].join('\n');
}

export function upCommand(): Command {
  return new Command('up')
    .description('start Redis where none is given, the local services of the site, and every tier as a process of its own')
    .option('--site <dir>', 'folder of the site', process.env['SITE_DIR'] ?? 'deploy/sites/shop')
    .option('--data <dir>', 'folder for keys, queues, databases and logs', process.env['DATA_DIR'] ?? '.switchyard')
    .option('--port <number>', 'port of the gateway; 0 takes a free one', parsePort, parsePort(process.env['PORT'] ?? '8080'))
    .option('--instances <tier=count,…>', 'more than one process of a tier', parseInstances, {})
    .option('--json', 'print one JSON line when it is ready')
    .action(async (options: { site: string; data: string; port: number; instances: Partial<Record<TierName, number>>; json?: true }) => {
      const root = repositoryRoot();
      const picture = new StartPicture(process.stderr);
      let mesh: RunningMesh | undefined;
      let ending = false;
      const giveUp = new AbortController();
      const end = (): void => {
        if (ending) return;
        ending = true;
        picture.resume();
        // A mesh that is still starting stops what it has started, and then fails.
        if (!mesh) return giveUp.abort();
        void mesh.stop().finally(() => {
          picture.pause();
          process.exit(0);
        });
      };
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
      try {
        mesh = await startMesh({
          repository: root,
          siteDirectory: options.site,
          dataDirectory: options.data,
          port: options.port,
          instances: options.instances,
          environment: process.env,
          signal: giveUp.signal,
          onEvent: (event) => picture.show(event),
        });
      } catch (error) {
        picture.pause();
        if (ending) process.exit(0);
        fail(error, options.json === true);
        process.exit(1);
      }
      picture.pause();
      if (options.json) process.stdout.write(`${JSON.stringify({ url: mesh.url, redisUrl: mesh.redisUrl, siteVersion: mesh.site.version, processes: mesh.processes() })}\n`);
      else process.stdout.write(welcome(mesh, root));
      // The tiers are children with pipes; this keeps the supervisor alive should all of them be restarting.
      setInterval(() => undefined, 60_000);
    });
}

export function downCommand(): Command {
  return new Command('down')
    .description('drain and stop the mesh that "yard up" started')
    .option('--data <dir>', 'its data folder', process.env['DATA_DIR'] ?? '.switchyard')
    .option('--json', 'print the result as JSON')
    .action(async (options: { data: string; json?: true }) => {
      const state = readRunState(options.data);
      const running = state !== undefined && isOurs(state.pid);
      if (running) {
        process.kill(state.pid, 'SIGTERM');
        const until = Date.now() + 60_000;
        while (isOurs(state.pid) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
        if (isOurs(state.pid)) {
          fail(new Error(`process ${state.pid} did not stop within 60 s`), options.json === true);
          process.exit(1);
        }
      }
      process.stdout.write(options.json ? `${JSON.stringify({ stopped: running })}\n` : running ? 'stopped\n' : 'no mesh is running\n');
    });
}
