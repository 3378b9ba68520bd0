import { asQueueError, isPatient, type RedisConnection } from '../connect/open-redis.js';
import { MeshError } from '@switchyard/errors';
import { argumentsOf, failureOf, type Operation } from './operation.js';
import { storeScript } from './script.js';

interface Waiting {
  readonly operation: Operation<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What goes along with the next round trip of a commit, whenever there is one. */
export interface Rider {
  /** The operations that wait for a ride; they are taken by being read. */
  take(): readonly Operation<unknown>[];
  /** They could not be written. */
  readonly giveBack: (operations: readonly Operation<unknown>[], error: unknown) => void;
}

export interface Durability {
  /** How many replicas must have what was written before it counts as written; 0: what the server itself promises. */
  readonly replicas: number;
  readonly waitMs: number;
}

/** More operations in one script would hold up Redis, which does one thing at a time, for milliseconds. */
const MOST_AT_ONCE = 16;
/**
 * While Redis works on one group the process makes the next ready. With one under way each waited for the other, and all
 * that was in flight moved from tier to tier as one crowd.
 */
const MOST_UNDER_WAY = 2;

/**
 * Sends operations to Redis as databases write their logs: at once while little is under way, else all that came
 * meanwhile together. Under load a round trip, and most of what it costs on both sides, is shared; at low load nothing
 * waits. Operations keep their order.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private isScheduled = false;
  /** How often the connection has broken. */
  private breaks = 0;

  constructor(
    private readonly redis: RedisConnection,
    /** A key of the slot that its operations work in. */
    private readonly slot: string,
    private readonly rider: Rider,
    private readonly durability: Durability = { replicas: 0, waitMs: 0 },
  ) {
    if (durability.replicas > 0) redis.on('close', () => (this.breaks += 1));
  }

  /** @throws MeshError QUEUE_UNAVAILABLE; whether the operation was carried out is not known then */
  run<Answer>(operation: Operation<Answer>): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.waiting.push({ operation, resolve, reject });
    this.schedule();
    return promise as Promise<Answer>;
  }

  /** Sends what rides along now, without waiting for an operation to ride with. Resolves when it was tried. */
  async flush(): Promise<void> {
    await this.run({ name: 'nothing', slot: this.slot, values: [], read: () => undefined }).catch(() => undefined);
  }

  private schedule(): void {
    if (this.underWay >= MOST_UNDER_WAY || this.isScheduled) return;
    this.isScheduled = true;
    // After all that is ready now has run, so that what ten jobs do in one turn of the loop goes together.
    process.nextTick(() => {
      this.isScheduled = false;
      while (this.underWay < MOST_UNDER_WAY && this.waiting.length > 0) void this.send();
    });
  }

  private async send(): Promise<void> {
    this.underWay += 1;
    await this.sendGroup(this.waiting.splice(0, MOST_AT_ONCE));
    this.underWay -= 1;
    if (this.waiting.length > 0) this.schedule();
  }

  private async sendGroup(group: readonly Waiting[]): Promise<void> {
    let riding: readonly Operation<unknown>[] = [];
    try {
      riding = this.rider.take();
      const answers = await this.write([...riding, ...group.map(({ operation }) => operation)]);
      group.forEach((one, at) => settle(one, answers[riding.length + at]));
      const failures = riding.map((_, at) => failureOf(answers[at]));
      riding.forEach((operation, at) => failures[at] && this.rider.giveBack([operation], failures[at]));
    } catch (error) {
      for (const { reject } of group) reject(error);
      if (riding.length > 0) this.rider.giveBack(riding, error);
    }
  }

  private async write(operations: readonly Operation<unknown>[]): Promise<unknown[]> {
    const values = argumentsOf(operations);
    for (;;) {
      const answers = await asQueueError(storeScript.run(this.redis, [this.slot], values));
      // Each answer is told from its place, so one too few would be given to the wrong operation.
      if (!Array.isArray(answers) || answers.length !== operations.length) throw new MeshError('INTERNAL', 'the store answered something else than it was asked');
      if (this.durability.replicas === 0 || (await this.waitForReplicas(this.durability))) return answers;
    }
  }

  /**
   * On the same connection, so it waits for just what was written. On a new one, to another master perhaps, it would be told
   * that all is well with nothing; what was written may be lost then, and is written again, which changes nothing where it is not.
   * @returns false where the connection broke meanwhile
   */
  private async waitForReplicas({ replicas, waitMs }: Durability): Promise<boolean> {
    const { breaks } = this;
    for (;;) {
      const written = await asQueueError(this.redis.wait(replicas, waitMs));
      if (this.breaks !== breaks) return false;
      if (written >= replicas) return true;
      // A job in work waits for replicas as it waits for Redis: what it wrote stands on the master, so it cannot fail any more.
      if (!isPatient(this.redis)) throw new MeshError('QUEUE_UNAVAILABLE', `written on ${written} of ${replicas} replicas`, { retryAfterMs: 1_000 });
    }
  }
}

function settle({ operation, resolve, reject }: Waiting, answer: unknown): void {
  const failure = failureOf(answer);
  if (failure) return reject(new MeshError('QUEUE_UNAVAILABLE', 'Redis refused an operation', { cause: failure, retryAfterMs: 1_000 }));
  try {
    resolve(operation.read(answer));
  } catch (error) {
    reject(error);
  }
}
