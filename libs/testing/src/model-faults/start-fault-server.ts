import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultScript } from './fault-script.js';

export interface FaultServer {
  /** Where the calls of case `index` go: a base URL with a path of its own. */
  urlOf(index: number): string;
  /** Calls of no case: whoever followed a redirect. */
  readonly strays: readonly string[];
  /** Requests that were begun, and those of them that are still open. */
  readonly begun: number;
  readonly open: number;
  stop(): Promise<void>;
}

export interface FaultServerOptions {
  readonly scripts: readonly FaultScript[];
  /** What a path of a case that is no chat answers, as JSON: the list of models. Undefined: it is the chat. */
  readonly answerTo: (path: string) => unknown;
}

async function play(script: FaultScript, response: ServerResponse): Promise<void> {
  const { socket } = response;
  if (!socket) return;
  const target = script.raw ? socket : response;
  if (!script.raw) {
    response.writeHead(script.status, script.headers);
    // Headers that nothing follows are sent all the same.
    response.flushHeaders();
  }
  for (const step of script.steps) {
    if (socket.destroyed) return;
    if (typeof step === 'number') await wait(step);
    // A turn for every chunk, so that they do not arrive as one.
    else await new Promise<void>((resolve) => (target.write(step, () => resolve()) ? setImmediate(resolve) : undefined));
  }
  if (script.end === 'hang') return;
  if (script.end === 'cut') socket.destroy();
  else response.end();
}

/** A server on a free port that plays a script to each call: what `planFaults` has made up, or any other. */
export async function startFaultServer({ scripts, answerTo }: FaultServerOptions): Promise<FaultServer> {
  const strays: string[] = [];
  let begun = 0;
  let open = 0;
  const server = createServer((request, response) => {
    begun++;
    open++;
    response.once('close', () => open--);
    // A client that goes away within the answer is what is tested.
    response.on('error', () => undefined);
    request.resume().once('end', () => {
      const [, index = '', ...rest] = (request.url ?? '').split('/');
      const script = scripts[Number(index)];
      if (index === '' || !script) {
        strays.push(request.url ?? '');
        response.writeHead(404).end();
        return;
      }
      const other = answerTo(`/${rest.join('/')}`);
      if (other === undefined) void play(script, response);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(other));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    urlOf: (index) => `http://127.0.0.1:${address.port}/${index}`,
    strays,
    get begun() {
      return begun;
    },
    get open() {
      return open;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
