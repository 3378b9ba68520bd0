import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

export interface ProcessPlan {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Path that answers 200 when the process is ready for work. */
  readonly health: string;
}

export interface StartedProcess {
  readonly plan: ProcessPlan;
  readonly child: ChildProcess;
  readonly pid: number;
  /** Base URL that the process said it listens on. */
  readonly url: string;
  /** Resolves when the process has ended. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export class StartFailed extends Error {
  override readonly name = 'StartFailed';
}

/** How long a process may take until it is ready: training and ingestion of a large site included. */
const READY_WITHIN_MS = 180_000;

/** What an app prints once it listens; everything else it prints is log. */
function listeningUrl(line: string): string | undefined {
  if (!line.includes('"listening"')) return undefined;
  try {
    const entry = JSON.parse(line) as { event?: unknown; url?: unknown };
    return entry.event === 'listening' && typeof entry.url === 'string' ? entry.url : undefined;
  } catch {
    return undefined;
  }
}

async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const answered = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) }).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Starts a process and waits until it says where it listens and its health path answers 200.
 * Aborting the signal ends it while it starts.
 * @throws StartFailed with the last lines it printed where it ends before, or takes too long
 */
export async function startProcess(plan: ProcessPlan, signal?: AbortSignal): Promise<StartedProcess> {
  mkdirSync(dirname(plan.logFile), { recursive: true });
  const log = createWriteStream(plan.logFile, { flags: 'a' });
  const [program = '', ...args] = plan.command;
  // Its own process group: Ctrl-C reaches the supervisor only, which then stops the tiers in their order.
  const child = spawn(program, args, { env: plan.environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const last: string[] = [];
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        last.push(line);
        if (last.length > 8) last.shift();
        const url = listeningUrl(line);
        if (url !== undefined) resolve(url);
      });
    }
  });
  void exited.then(() => log.end());
  const abort = (): void => void child.kill('SIGTERM');
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const stopped = exited.then(({ code, signal }) => {
    throw new StartFailed(`${plan.name} ended while starting (${signal ?? `exit code ${code}`}):\n  ${last.join('\n  ')}\nIts log: ${plan.logFile}`);
  });
  stopped.catch(() => undefined);
  const limit = AbortSignal.timeout(READY_WITHIN_MS);
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () => reject(new StartFailed(`${plan.name} was not ready within ${READY_WITHIN_MS / 1_000} s. Its log: ${plan.logFile}`)));
  });
  late.catch(() => undefined);
  try {
    const url = await Promise.race([listening, stopped, late]);
    await Promise.race([untilReady(`${url}${plan.health}`, limit), stopped, late]);
    return { plan, child, pid: child.pid ?? 0, url, exited };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Ends a process: SIGTERM, and SIGKILL where it has not drained within `graceMs`. */
export async function stopProcess(started: Pick<StartedProcess, 'child' | 'exited'>, graceMs: number): Promise<void> {
  if (started.child.exitCode !== null || started.child.signalCode !== null) return;
  started.child.kill('SIGTERM');
  const timer = setTimeout(() => started.child.kill('SIGKILL'), graceMs);
  await started.exited;
  clearTimeout(timer);
}
