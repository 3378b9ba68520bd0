/** `none`: the app has no such thing. `away`: it is missed, and the app works without. `down`: the app does not. */
export type Check = 'up' | 'none' | 'away' | 'down';

/** Whether the app may be given work: it is running, and all that it needs is there. */
export class Readiness {
  private readonly checks: (() => Promise<Record<string, Check>>)[] = [];
  private isRunning = false;

  add(check: () => Promise<Record<string, Check>>): void {
    this.checks.push(check);
  }

  set running(value: boolean) {
    this.isRunning = value;
  }

  async read(): Promise<{ readonly ready: boolean; readonly checks: Record<string, Check> }> {
    const read = await Promise.all(this.checks.map((check) => check().catch((): Record<string, Check> => ({ check: 'down' }))));
    const checks: Record<string, Check> = Object.assign({ running: this.isRunning ? 'up' : 'down' }, ...read);
    return { ready: Object.values(checks).every((value) => value !== 'down'), checks };
  }
}
