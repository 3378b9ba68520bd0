import type { RequestDocument } from '../ask/request-view.js';
import { KEYS } from './test-site.js';

export interface HttpAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** A client of a test: JSON in, JSON out. */
export class HttpClient {
  constructor(
    private readonly url: string,
    private readonly key: string = KEYS.all,
  ) {}

  async call(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
  }

  /** Sends a message. @returns its request's id */
  async send(text: string, conversationId?: string): Promise<string> {
    const { status, body } = await this.call('POST', '/v1/requests', { text, conversationId });
    if (status !== 202) throw new Error(`the message was answered with ${status}: ${JSON.stringify(body)}`);
    return body['requestId'] as string;
  }

  /** The request once it has ended, which its events tell. */
  async ended(requestId: string): Promise<RequestDocument> {
    const events = await fetch(`${this.url}/v1/requests/${requestId}/events`, { headers: { authorization: `Bearer ${this.key}` } });
    await events.text();
    return (await this.call('GET', `/v1/requests/${requestId}`)).body as RequestDocument;
  }

  async ask(text: string, conversationId?: string): Promise<RequestDocument> {
    return this.ended(await this.send(text, conversationId));
  }
}
