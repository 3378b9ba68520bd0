import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that people's side would run: keeps what it is sent, and answers as it is told, 200 at first. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How it answers from now on; a function decides each time. */
  answer: number | ((response: ServerResponse, received: Received) => void);
  stop(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const receiver: { url: string; received: Received[]; answer: Receiver['answer']; stop(): Promise<void> } = { url: '', received: [], answer: 200, stop: async () => undefined };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
      receiver.received.push(one);
      if (typeof receiver.answer === 'number') response.writeHead(receiver.answer).end('{}');
      else receiver.answer(response, one);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver listens on no port');
  receiver.url = `http://127.0.0.1:${address.port}`;
  receiver.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return receiver;
}
