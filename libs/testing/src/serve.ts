import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Served {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** An HTTP server on a free port of this machine. */
export async function serve(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void): Promise<Served> {
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
