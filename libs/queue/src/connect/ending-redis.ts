import { Cluster, Redis, type Command, type RedisOptions } from 'ioredis';
import { steadySubscriber } from './steady-subscriber.js';

/** Answers come in the shape that they always had. */
export type LegacyOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * ioredis that ends when it is told to. Between two attempts to connect there is no socket whose end it could wait for: it
 * would cancel the next attempt and stay as it is for good, and whoever waits for an answer, or for its end, with it. For
 * one that has nothing to end yet ("wait") it does the right thing.
 */
export class EndingRedis extends Redis {
  constructor(options: LegacyOptions) {
    super(options);
    this.on('end', () => failForgotten(this));
  }

  override sendCommand(...sent: Parameters<Redis['sendCommand']>): unknown {
    const [command] = sent;
    // ioredis subscribes anew by itself after a break, and an end in between would be a failure that nobody hears of.
    if (command.name === 'subscribe') command.promise.catch(() => undefined);
    return super.sendCommand(...sent);
  }

  override disconnect(reconnect = false): void {
    // Each command that is refused asks for it; the first one has ended the socket.
    if (this.status === 'end' || (reconnect && this.stream?.writableEnded)) return;
    if (!reconnect && this.status === 'reconnecting') this.status = 'wait';
    super.disconnect(reconnect);
  }
}

/** As `EndingRedis`. Its connections to nodes never try twice, so they end by themselves. */
export class EndingCluster extends Cluster {
  /** Those who wait for it to be ready. */
  private waiting: PromiseWithResolvers<void>[] = [];

  constructor(...rest: ConstructorParameters<typeof Cluster<'legacy'>>) {
    super(...rest);
    steadySubscriber(this);
    this.on('ready', () => this.tell(({ resolve }) => resolve()));
    // Events come a moment late: it may be connecting anew by now.
    this.on('end', () => this.status === 'end' && this.tell(({ reject }) => reject(new Error('Connection is closed.'))));
  }

  /**
   * Where a cluster is reached and says that it does not serve, as while a replica takes over, ioredis goes on trying and
   * forgets whoever waits for the connection. BullMQ's worker would wait for good.
   */
  override connect(): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    this.waiting.push(waiting);
    super.connect().then(waiting.resolve, waiting.reject);
    return waiting.promise;
  }

  override disconnect(reconnect = false): void {
    // It would begin to disconnect once more, from nothing, and never end.
    if (this.status === 'end') return;
    const hasNothingToEnd = !reconnect && this.status === 'reconnecting';
    super.disconnect(reconnect);
    if (hasNothingToEnd) (this as unknown as { handleCloseEvent(): void }).handleCloseEvent();
  }

  private tell(what: (waiting: PromiseWithResolvers<void>) => void): void {
    for (const waiting of this.waiting.splice(0)) what(waiting);
  }
}

/** What was under way when a connection broke waits in a queue of its own for the next one, which is not emptied at the end. */
function failForgotten(redis: Redis): void {
  const { prevCommandQueue } = redis as unknown as { readonly prevCommandQueue?: { shift(): { readonly command: Command } | undefined } | null };
  for (let item = prevCommandQueue?.shift(); item; item = prevCommandQueue?.shift()) item.command.reject(new Error('Connection is closed.'));
}
