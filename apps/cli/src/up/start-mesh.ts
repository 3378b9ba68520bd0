import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { loadSite } from '@switchyard/config';
import { requireSite, type Site } from '@switchyard/site';
import { planLocalService, planTier, TIERS, type MeshSettings, type TierName } from './plan-mesh.js';
import { isOurs, readRunState, removeRunState, writeRunState } from './run-state.js';
import { StartFailed, startProcess, stopProcess, type ProcessPlan, type StartedProcess } from './start-process.js';
import { startRedis, type RunningRedis } from './start-redis.js';
import { watchPulse } from './watch-pulse.js';

export interface MeshOptions {
  readonly repository: string;
  readonly siteDirectory: string;
  readonly dataDirectory: string;
  readonly port: number;
  readonly instances?: Readonly<Partial<Record<TierName, number>>>;
  readonly environment: NodeJS.ProcessEnv;
  /** Aborting it while the mesh starts stops what has started; afterwards `stop` does. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: MeshEvent) => void;
}

export interface MeshEvent {
  readonly name: string;
  readonly state: 'starting' | 'ready' | 'silent' | 'ended' | 'stopping' | 'stopped';
  readonly url?: string;
  readonly detail?: string;
}

export interface RunningMesh {
  readonly url: string;
  readonly redisUrl: string;
  readonly site: Site;
  readonly environment: Readonly<Record<string, string>>;
  /** The processes as they are now; a tier that was started again has another pid. */
  processes(): readonly { name: string; tier: string; pid: number; url: string }[];
  /** Ends a process at once, as a crash would; the supervisor starts it again. */
  kill(name: string): void;
  /** Drains and stops all of it, the gateway first and Redis last. */
  stop(): Promise<void>;
}

/** The key of the sample site, which its README names: the console and `yard ask` use it where the site has it. */
export const SAMPLE_KEY = 'sk-demo-harbour';
/** How long a tier may take to finish what it has in hand. */
const DRAIN_MS = 15_000;
/** A tier that ends on its own is started again after this long, doubled each time it ends soon after it was ready. */
const RESTART_MS = 250;
const RESTART_MAX_MS = 10_000;
const SOON_MS = 10_000;

export function sampleKeyOf(site: Site): string | undefined {
  const hash = `sha256:${createHash('sha256').update(SAMPLE_KEY).digest('hex')}`;
  return site.settings.tenants.some((tenant) => tenant.keys.some((key) => key.hash === hash)) ? SAMPLE_KEY : undefined;
}

/** Ends what an earlier supervisor left behind when it was killed itself. */
function endLeftovers(dataDirectory: string): void {
  const state = readRunState(dataDirectory);
  if (!state) return;
  if (state.pid !== process.pid && isOurs(state.pid)) throw new StartFailed(`a mesh is running already (process ${state.pid}, ${state.url}); "npx yard down" stops it`);
  for (const { pid } of state.processes) if (isOurs(pid)) process.kill(pid, 'SIGKILL');
  removeRunState(dataDirectory);
}

/**
 * Starts Redis, the site's local services and every tier as processes of their own, and keeps the tiers running.
 * @throws StartFailed, after stopping what had started, where one of them does not become ready
 */
export async function startMesh(options: MeshOptions): Promise<RunningMesh> {
  const dataDirectory = resolve(options.dataDirectory);
  const siteDirectory = resolve(options.siteDirectory);
  const emit = options.onEvent ?? ((): void => undefined);
  const site = await loadSite({ SITE_DIR: siteDirectory, DATA_DIR: dataDirectory }, requireSite);
  endLeftovers(dataDirectory);

  const running = new Map<string, StartedProcess & { tier: string }>();
  const added: Record<string, string> = {};
  let redis: RunningRedis | undefined;
  let stopping = false;
  const starting = new AbortController();
  const restarts = new Map<string, number>();
  const gatewayUrl = (): string => running.get('gateway-1')?.url ?? `http://127.0.0.1:${options.port}`;

  const save = (): void => {
    if (stopping) return;
    const processes = [...running.values()].map(({ plan, tier, pid, url }) => ({ name: plan.name, tier, pid, url }));
    const redisPid = redis?.pid();
    if (redis && redisPid !== undefined) processes.push({ name: 'redis', tier: 'redis', pid: redisPid, url: redis.url });
    writeRunState(dataDirectory, { pid: process.pid, url: gatewayUrl(), redisUrl: redis?.url ?? '', siteDirectory, siteVersion: site.version, environment: added, processes });
  };

  const keepRunning = (tier: string, plan: ProcessPlan, started: StartedProcess): void => {
    // A site's local services are not ours and have no such path.
    const endWatch = tier === 'service' ? () => undefined : watchPulse({ url: started.url, onSilent: () => {
      emit({ name: plan.name, state: 'silent', detail: 'it hangs or has stopped taking jobs' });
      started.child.kill('SIGKILL');
    } });
    const readyAt = performance.now();
    void started.exited.then(async ({ code, signal }) => {
      endWatch();
      if (stopping) return;
      running.delete(plan.name);
      emit({ name: plan.name, state: 'ended', detail: signal ?? `exit code ${code}` });
      const count = performance.now() - readyAt < SOON_MS ? (restarts.get(plan.name) ?? -1) + 1 : 0;
      restarts.set(plan.name, count);
      await new Promise((done) => setTimeout(done, Math.min(RESTART_MS * 2 ** count, RESTART_MAX_MS)));
      if (!stopping) await launch(tier, plan).catch((error: unknown) => emit({ name: plan.name, state: 'ended', detail: error instanceof Error ? error.message : 'failed' }));
    });
  };

  const launch = async (tier: string, plan: ProcessPlan): Promise<StartedProcess> => {
    emit({ name: plan.name, state: 'starting' });
    const started = await startProcess(plan, starting.signal).catch((error: unknown) => {
      // A tier that fails while it is started again gets its next try; the first start is the caller's to judge.
      if (!stopping && restarts.has(plan.name)) setTimeout(() => void (stopping ? undefined : launch(tier, plan).catch(() => undefined)), RESTART_MAX_MS).unref();
      throw error;
    });
    if (stopping) {
      await stopProcess(started, DRAIN_MS);
      return started;
    }
    running.set(plan.name, { ...started, tier });
    // A port that was picked freely is kept, so that clients find a restarted gateway where it was.
    const port = new URL(started.url).port;
    keepRunning(tier, { ...plan, environment: { ...plan.environment, PORT: port } }, started);
    emit({ name: plan.name, state: 'ready', url: started.url });
    save();
    return started;
  };

  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= stopAll());
  const stopAll = async (): Promise<void> => {
    stopping = true;
    starting.abort();
    const byTier = (tier: string): StartedProcess[] => [...running.values()].filter((one) => one.tier === tier);
    const end = async (processes: readonly StartedProcess[]): Promise<void> => {
      await Promise.all(
        processes.map(async (one) => {
          emit({ name: one.plan.name, state: 'stopping' });
          await stopProcess(one, DRAIN_MS);
          emit({ name: one.plan.name, state: 'stopped' });
        }),
      );
    };
    await end(byTier('gateway'));
    await end(TIERS.filter((tier) => tier !== 'gateway' && tier !== 'auditor').flatMap(byTier));
    // Last of the tiers, so that it records what the others did while they drained.
    await end(byTier('auditor'));
    await end(byTier('service'));
    await redis?.stop();
    emit({ name: 'redis', state: 'stopped' });
    removeRunState(dataDirectory);
  };

  const giveUp = (): void => starting.abort();
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    emit({ name: 'redis', state: 'starting' });
    redis = await startRedis(options.environment['REDIS_URL'], join(dataDirectory, 'redis'), options.environment['PATH'] ?? '', (state) => {
      emit({ name: 'redis', state, ...(state === 'ready' && redis ? { url: redis.url } : {}) });
      save();
    });
    emit({ name: 'redis', state: 'ready', url: redis.url });
    const services = site.settings.localServices.filter((service) => !options.environment[service.urlEnv]);
    for (const service of services) {
      const started = await launch('service', planLocalService(service, { repository: options.repository, dataDirectory, environment: options.environment }));
      added[service.urlEnv] = started.url;
    }
    const settings: MeshSettings = {
      repository: options.repository,
      siteDirectory,
      dataDirectory,
      redisUrl: redis.url,
      port: options.port,
      instances: options.instances ?? {},
      environment: { ...options.environment, ...added },
      consoleKey: options.environment['CONSOLE_KEY'] ?? sampleKeyOf(site),
    };
    // All at once; the gateway too, whose readiness does not wait for the others since the queues hold what it accepts.
    const results = await Promise.allSettled(TIERS.flatMap((tier) => planTier(tier, settings).map((plan) => launch(tier, plan))));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    options.signal?.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: gatewayUrl(),
    redisUrl: redis.url,
    site,
    environment: added,
    processes: () => [...running.values()].map(({ plan, tier, pid, url }) => ({ name: plan.name, tier, pid, url })),
    kill: (name) => {
      const pid = name === 'redis' ? redis?.pid() : running.get(name)?.pid;
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    stop,
  };
}
