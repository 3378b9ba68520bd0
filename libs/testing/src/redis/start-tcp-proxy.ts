import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { carry, type Lane, type Weather } from './carry-bytes.js';

export interface TcpProxy {
  /** `redis://127.0.0.1:port`, for what usually stands behind it. */
  readonly url: string;
  readonly port: number;
  /** Breaks every connection and refuses new ones, until `heal`. */
  cut(): Promise<void>;
  heal(): Promise<void>;
  /** Connections stay open, and are still opened, but nothing passes either way, not even their end, until `flow`. Nothing is lost. */
  stall(): void;
  flow(): void;
  /** From now on everything takes `ms` longer, each way; 0 ends it. What is on its way already is not overtaken. */
  delay(ms: number): void;
  stop(): Promise<void>;
}

/**
 * A proxy on a free port of 127.0.0.1 for faults on the way to the port `target` there. It starts without one.
 * @throws when it cannot listen
 */
export async function startTcpProxy({ target }: { readonly target: number }): Promise<TcpProxy> {
  const weather: Weather = { isStalled: false, delayMs: 0 };
  const sockets = new Set<Socket>();
  const lanes = new Set<Lane>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      const lane = carry(from, to, weather);
      sockets.add(from);
      lanes.add(lane);
      from.once('close', () => sockets.delete(from));
      to.once('close', () => lanes.delete(lane));
    }
  });
  await listen(server, 0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy got no port');
  const { port } = address;
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  const changeWeather = (change: Partial<Weather>): void => {
    Object.assign(weather, change);
    for (const lane of lanes) lane.look();
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    cut,
    heal: async () => {
      if (!server.listening) await listen(server, port);
    },
    stall: () => changeWeather({ isStalled: true }),
    flow: () => changeWeather({ isStalled: false }),
    delay: (ms) => changeWeather({ delayMs: ms }),
    stop: cut,
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  // Rejects when the server emits an error first.
  await once(server, 'listening');
}
