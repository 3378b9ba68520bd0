import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface ChatwootMessage {
  readonly id: number;
  readonly content: string;
  readonly message_type: 'incoming' | 'outgoing';
  readonly private: boolean;
  readonly by: 'contact' | 'user' | 'agent_bot';
}

type Status = 'pending' | 'open' | 'resolved';

/**
 * A Chatwoot account with one inbox whose agent bot is the mesh, as far as the two speak: its calls of the API, for a bot's
 * token only, and its events in the shape that Chatwoot publishes. As there, an event that the bot refuses opens a pending
 * conversation, and what a bot writes is told to it as well.
 */
export class StandInChatwoot {
  readonly conversations = new Map<number, { status: Status; readonly messages: ChatwootMessage[] }>();
  /** Where the bot is. */
  hook = '';
  private count = 0;
  private readonly server = createServer((request, response) => void this.serve(request, response));

  constructor(
    private readonly account: number,
    private readonly token: string,
  ) {}

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the stand-in listens on no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A conversation begins with the bot. */
  conversation(id: number): { status: Status; readonly messages: ChatwootMessage[] } {
    const known = this.conversations.get(id) ?? { status: 'pending' as const, messages: [] };
    this.conversations.set(id, known);
    return known;
  }

  /** Somebody writes. @returns what the bot answered to the event */
  async write(id: number, content: string, by: ChatwootMessage['by'] = 'contact', isPrivate = false): Promise<unknown> {
    const of = this.conversation(id);
    const message = { id: (this.count += 1), content, message_type: by === 'contact' ? ('incoming' as const) : ('outgoing' as const), private: isPrivate, by };
    of.messages.push(message);
    const event = { event: 'message_created', id: message.id, content, message_type: message.message_type, private: isPrivate, content_type: 'text', content_attributes: {}, source_id: null, created_at: new Date().toISOString(), account: { id: this.account, name: 'Shop' }, inbox: { id: 1, name: 'Web' }, sender: { id: 1, name: by, type: by }, conversation: this.document(id) };
    // Delivered at least once: here always twice.
    await this.tell(event, of);
    return this.tell(event, of);
  }

  async setStatus(id: number, status: Status): Promise<void> {
    this.conversation(id).status = status;
    const event = status === 'resolved' ? 'conversation_resolved' : status === 'open' ? 'conversation_opened' : 'conversation_status_changed';
    await this.tell({ event, ...this.document(id), changed_attributes: [] }, this.conversation(id));
  }

  /** What the bot said to the customer, or to agents. */
  said(id: number, isPrivate: boolean): string[] {
    return this.conversation(id).messages.filter(({ by, private: hidden }) => by === 'agent_bot' && hidden === isPrivate).map(({ content }) => content);
  }

  private document(id: number): object {
    return { id, status: this.conversation(id).status, inbox_id: 1, channel: 'Channel::WebWidget', can_reply: true, labels: [], meta: { sender: { id: 9, name: 'Anna', type: 'contact' }, assignee: null }, custom_attributes: {}, additional_attributes: {} };
  }

  private async tell(event: object, of: { status: Status }): Promise<unknown> {
    const answer = await fetch(this.hook, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(event) });
    if (!answer.ok && of.status === 'pending') of.status = 'open';
    return answer.json();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { content?: string; message_type?: string; private?: boolean; status?: Status };
    const send = (status: number, content: object): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    const [, account, id, call] = /^\/api\/v1\/accounts\/(\d+)\/conversations\/(\d+)\/(messages|toggle_status)$/.exec(request.url ?? '') ?? [];
    if (request.headers['api_access_token'] !== this.token) return send(401, { error: 'Invalid Access Token' });
    if (request.method !== 'POST' || Number(account) !== this.account || !this.conversations.has(Number(id))) return send(404, { error: 'Resource could not be found' });
    if (call === 'toggle_status') {
      send(200, { meta: {}, payload: { success: true, current_status: body.status, conversation_id: Number(id) } });
      return this.setStatus(Number(id), body.status ?? 'open');
    }
    if (body.content === undefined || body.message_type !== 'outgoing') return send(422, { error: 'content' });
    send(200, { id: this.count + 1, content: body.content, message_type: 1, private: body.private ?? false, conversation_id: Number(id) });
    await this.write(Number(id), body.content, 'agent_bot', body.private);
  }
}
