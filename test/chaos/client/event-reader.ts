import { connect, type Socket } from 'node:net';
import { KEYS } from '../rigs/copy-site.ts';

/** A client that follows a request's events as fast as they come, or reads a byte a second: a phone in a tunnel, or somebody who means harm. */
export class EventReader {
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout | undefined;
  read = 0;

  constructor(gateway: string, { tenant, requestId, isSlow }: { readonly tenant: string; readonly requestId: string; readonly isSlow: boolean }) {
    const { hostname, port } = new URL(gateway);
    this.#socket = connect({ host: hostname, port: Number(port) });
    this.#socket.on('error', () => undefined);
    this.#socket.write(`GET /v1/requests/${requestId}/events HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${KEYS[tenant] ?? ''}\r\naccept: text/event-stream\r\n\r\n`);
    if (isSlow) {
      // Never flowing: what is not read stays where it is, and in the end with the gateway.
      this.#timer = setInterval(() => (this.read += (this.#socket.read(1) as Buffer | null)?.length ?? 0), 1_000);
    } else {
      this.#socket.on('data', (chunk: Buffer) => (this.read += chunk.length));
    }
  }

  leave(): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
  }
}
