import { pause } from '../client/pause.ts';
import { startProcess, stopProcess, type ProcessPlan, type StartedProcess } from '../../../apps/cli/dist/up/start-process.js';

/** A process that ended without being told to. */
export interface Death {
  readonly name: string;
  readonly at: number;
}

const AGAIN_MS = 250;
const DRAIN_MS = 5_000;

/** Processes that are started again when they die, and counted. */
export class Crew {
  readonly deaths: Death[] = [];
  readonly #running = new Map<string, StartedProcess>();
  readonly #kept = new Set<Promise<void>>();
  readonly #leaving = new Set<string>();
  readonly #starting = new AbortController();

  /**
   * Resolves with its address when it is ready. One that is started again comes back at the same address.
   * @param environmentOf what its environment has besides, by how often it has been started
   */
  async start(plan: ProcessPlan, environmentOf: (start: number) => NodeJS.ProcessEnv = () => ({})): Promise<string> {
    const started = await startProcess({ ...plan, environment: { ...plan.environment, ...environmentOf(0) } }, this.#starting.signal);
    this.#running.set(plan.name, started);
    const { port } = new URL(started.url);
    const kept = this.#keep((start) => ({ ...plan, environment: { ...plan.environment, ...environmentOf(start), PORT: port } }), started);
    this.#kept.add(kept);
    void kept.finally(() => this.#kept.delete(kept));
    return started.url;
  }

  async #keep(planOf: (start: number) => ProcessPlan, first: StartedProcess): Promise<void> {
    const { name } = first.plan;
    let start = 0;
    for (let running: StartedProcess | undefined = first; running; ) {
      await running.exited;
      this.#running.delete(name);
      if (this.#leaving.has(name)) return;
      this.deaths.push({ name, at: Date.now() });
      for (running = undefined; !running && !this.#leaving.has(name); ) {
        await pause(AGAIN_MS);
        running = await startProcess(planOf((start += 1)), this.#starting.signal).catch(() => undefined);
      }
      if (running) this.#running.set(name, running);
    }
  }

  processes(): { name: string; pid: number }[] {
    return [...this.#running].map(([name, { pid }]) => ({ name, pid }));
  }

  kill(name: string): void {
    this.#running.get(name)?.child.kill('SIGKILL');
  }

  /** Ends those of the names for good; all of them where none is given. */
  async stop(names: readonly string[] = [...this.#running.keys()]): Promise<void> {
    for (const name of names) this.#leaving.add(name);
    await Promise.all(names.map(async (name) => {
      const running = this.#running.get(name);
      if (!running) return;
      // A frozen process obeys nothing else.
      running.child.kill('SIGCONT');
      await stopProcess(running, DRAIN_MS);
    }));
    for (const name of names) this.#leaving.delete(name);
  }

  /** Ends all of them, those that are being started again as well. */
  async close(): Promise<void> {
    this.#starting.abort();
    await this.stop();
    for (const name of this.#running.keys()) this.#leaving.add(name);
    await Promise.all(this.#kept);
  }
}
