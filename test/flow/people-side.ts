import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { REPOSITORY } from './open-mesh.js';
import { StandInChatwoot } from './stand-in-chatwoot.js';

export interface WebhookReceived {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly response: ServerResponse;
}

/** What a site's people have outside the mesh: a receiver of webhooks and a Chatwoot, and the sample site that names both. */
export interface PeopleSide {
  readonly siteDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** That the webhook is signed with. */
  readonly key: Buffer;
  readonly chatwoot: StandInChatwoot;
  /** Path of the gateway that Chatwoot posts to. */
  readonly hookPath: string;
  /** Events of this conversation, each with the way to answer it; all others are answered at once. */
  readonly held: { readonly conversationId: string; readonly received: WebhookReceived[] };
  close(): Promise<void>;
}

const ACCOUNT = 3;
const HOOK_SECRET = 'hook-secret';

export async function startPeopleSide(): Promise<PeopleSide> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-people-'));
  const key = Buffer.alloc(32, 7);
  const chatwoot = new StandInChatwoot(ACCOUNT, 'bot-token');
  const held = { conversationId: 'held-1', received: [] as WebhookReceived[] };
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (body.includes(`"conversationId":"${held.conversationId}"`)) held.received.push({ headers: request.headers, body, response });
      else response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver listens on no port');
  const urls = { webhook: `http://127.0.0.1:${address.port}/hooks`, chatwoot: await chatwoot.start() };
  return {
    siteDirectory: await writeSite(folder, urls),
    environment: { DESK_SECRET: `whsec_${key.toString('base64')}`, CHATWOOT_TOKEN: 'bot-token' },
    key,
    chatwoot,
    hookPath: `/v1/chatwoot/demo/${HOOK_SECRET}`,
    held,
    close: async () => {
      await chatwoot.stop();
      receiver.closeAllConnections();
      receiver.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The sample site, whose first tenant's people are told by both ways. */
async function writeSite(folder: string, urls: { readonly webhook: string; readonly chatwoot: string }): Promise<string> {
  const directory = join(folder, 'site');
  await cp(join(REPOSITORY, 'deploy/sites/shop'), directory, { recursive: true });
  const file = join(directory, 'site.yaml');
  const settings = parse(await readFile(file, 'utf8')) as { tenants: { people?: object }[] };
  const [tenant] = settings.tenants;
  if (!tenant) throw new Error('the sample site has no tenant');
  tenant.people = {
    webhook: { url: urls.webhook, network: 'private', secretEnv: 'DESK_SECRET' },
    chatwoot: { url: urls.chatwoot, network: 'private', account: ACCOUNT, tokenEnv: 'CHATWOOT_TOKEN', hookHash: `sha256:${createHash('sha256').update(HOOK_SECRET).digest('hex')}` },
  };
  await writeFile(file, stringify(settings));
  return directory;
}
