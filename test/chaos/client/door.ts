import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface Call {
  readonly tenant: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  /** Bytes of another type, in the place of `body`. */
  readonly content?: { readonly type: string; readonly bytes: Uint8Array };
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** A gateway that takes no connections is left out for so long, as a load balancer does. */
const LEFT_OUT_MS = 300;

/**
 * The way into a mesh, as clients have it behind a load balancer: calls go to its gateways in turn. A call that gets no
 * answer fails, and its client decides what then. Plain `node:http`: `fetch` would cost a loaded machine twice as much.
 */
export class Door {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  readonly #gateways: () => readonly string[];
  readonly #keys: Readonly<Record<string, string>>;
  readonly #leftOutUntil = new Map<string, number>();
  #turn = 0;

  constructor(gateways: () => readonly string[], keys: Readonly<Record<string, string>>) {
    this.#gateways = gateways;
    this.#keys = keys;
  }

  /** @throws Error where nothing answered in time */
  async call(call: Call): Promise<Answer> {
    const response = await this.open(call);
    const body = await text(response);
    return { status: response.statusCode ?? 0, headers: response.headers, body: body === '' ? undefined : JSON.parse(body) };
  }

  /** The answer with its body still to be read. */
  open({ tenant, method = 'GET', path, body, content: given, headers = {}, timeoutMs = TIMEOUT_MS }: Call): Promise<IncomingMessage> {
    const gateway = this.#next();
    if (gateway === undefined) return Promise.reject(new Error('no gateway runs'));
    const content = given?.bytes ?? (body === undefined ? undefined : JSON.stringify(body));
    const sent = { authorization: `Bearer ${this.#keys[tenant] ?? ''}`, ...(content === undefined ? {} : { 'content-type': given?.type ?? 'application/json', 'content-length': Buffer.byteLength(content) }), ...headers };
    return new Promise((resolve, reject) => {
      const outgoing = request(`${gateway}${path}`, { method, headers: sent, agent: this.#agent, timeout: timeoutMs });
      outgoing.once('response', (response) => {
        // A connection that breaks under a body fails whoever reads it, and must not end the process where nobody does.
        response.on('error', () => undefined);
        resolve(response);
      });
      outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') this.#leftOutUntil.set(gateway, performance.now() + LEFT_OUT_MS);
        reject(error);
      });
      outgoing.end(content);
    });
  }

  #next(): string | undefined {
    const gateways = this.#gateways();
    const now = performance.now();
    const reachable = gateways.filter((one) => (this.#leftOutUntil.get(one) ?? 0) < now);
    const among = reachable.length > 0 ? reachable : gateways;
    return among[(this.#turn += 1) % among.length];
  }

  close(): void {
    this.#agent.destroy();
  }
}
