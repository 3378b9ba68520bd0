import { styleText } from 'node:util';
import { TIER_TASKS, TIERS, type TierName } from './plan-mesh.js';
import type { MeshEvent } from './start-mesh.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
type State = MeshEvent['state'];

function mark(state: State, frame: number): string {
  if (state === 'ready') return styleText('green', '●');
  if (state === 'ended' || state === 'silent') return styleText('red', '✗');
  if (state === 'stopped') return styleText('gray', '○');
  return styleText('yellow', FRAMES[frame % FRAMES.length] ?? '·');
}

/**
 * The picture of the mesh while it starts and stops: on a terminal one line a process that changes in place, elsewhere
 * one line an event.
 */
export class StartPicture {
  private readonly rows = new Map<string, { state: State; url: string; since: number; tookMs: number }>();
  private frame = 0;
  private drawn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly out: NodeJS.WriteStream) {
    if (out.isTTY) this.timer = setInterval(() => this.draw(), 80).unref();
  }

  show(event: MeshEvent): void {
    const row = this.rows.get(event.name);
    const since = event.state === 'starting' || event.state === 'stopping' || !row ? Date.now() : row.since;
    this.rows.set(event.name, { state: event.state, url: event.url ?? row?.url ?? '', since, tookMs: Date.now() - since });
    if (this.out.isTTY) this.draw();
    else if (event.state !== 'starting' && event.state !== 'stopping') this.out.write(`${event.name.padEnd(14)} ${event.state}${event.url ? `  ${event.url}` : ''}${event.detail ? `  (${event.detail})` : ''}\n`);
  }

  private draw(): void {
    this.frame += 1;
    const lines = [...this.rows].map(([name, row]) => {
      const tier = name.replace(/-\d+$/, '');
      const task = tier === 'redis' ? 'queues between the tiers' : TIERS.includes(tier as TierName) ? TIER_TASKS[tier as TierName] : 'local service of the site';
      const took = row.state === 'ready' ? styleText('gray', `${(row.tookMs / 1_000).toFixed(1)} s`) : row.state;
      return `  ${mark(row.state, this.frame)} ${name.padEnd(14)} ${task.padEnd(40)} ${took}`;
    });
    const up = this.drawn > 0 ? `\u001B[${this.drawn}A` : '';
    this.out.write(`${up}${lines.map((line) => `\u001B[2K${line}`).join('\n')}\n`);
    this.drawn = lines.length;
  }

  /** Stops the picture, so that other text may follow; a later event starts a new one below it. */
  pause(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = undefined;
    this.drawn = 0;
    for (const [name, row] of this.rows) if (row.state === 'stopped') this.rows.delete(name);
  }

  resume(): void {
    this.rows.clear();
    if (this.out.isTTY) this.timer ??= setInterval(() => this.draw(), 80).unref();
  }
}
