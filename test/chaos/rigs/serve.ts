import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server on a free port of 127.0.0.1; rigs run in threads that cannot import a workspace library. A handler that fails answers 500; one whose client has left is not heard. */
export async function serve(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<Served> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
