import { createParser } from 'eventsource-parser';
import { DocumentStatus, Explanation, Receipt } from '@switchyard/contracts';
import { isErrorCode, MeshError } from '@switchyard/errors';

export interface Answer {
  readonly requestId: string;
  readonly outcome: string;
  readonly text: string;
  readonly receipt: Receipt | undefined;
  readonly error: { readonly code: string; readonly title: string } | undefined;
}

export interface Ask {
  readonly text: string;
  readonly conversationId?: string | undefined;
  readonly deadlineMs?: number | undefined;
  /** Told each piece of the answer; a higher `epoch` starts the answer anew. */
  readonly onDelta?: ((text: string, epoch: number) => void) | undefined;
  readonly onDecided?: ((decision: { rule: string; to: string; intent: string }) => void) | undefined;
}

/** What the gateway's events hold; which of it depends on the event. */
interface EventContent {
  readonly reply?: string;
  readonly text?: string;
  readonly epoch?: number;
  readonly outcome?: string;
  readonly receipt?: unknown;
  readonly error?: Answer['error'];
  readonly rule?: string;
  readonly to?: string;
  readonly intent?: string;
}

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
}

/** The gateway's HTTP interface, as `yard` uses it. */
export class GatewayClient {
  constructor(
    private readonly baseUrl: string,
    private readonly key: string,
  ) {}

  /** @throws MeshError with the code of the problem document, QUEUE_UNAVAILABLE where nothing answers */
  async call<Result>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Result> {
    const response = await this.send(method, path, body === undefined ? undefined : JSON.stringify(body), { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers });
    return (await response.json()) as Result;
  }

  private async send(method: string, path: string, body: string | FormData | undefined, headers: Record<string, string>): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.baseUrl}${path}`, { method, headers: { authorization: `Bearer ${this.key}`, ...headers }, ...(body === undefined ? {} : { body }) });
    } catch (error) {
      throw new MeshError('QUEUE_UNAVAILABLE', `no mesh answers at ${this.baseUrl}; "npm start" starts one`, { cause: error });
    }
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as Problem;
    const code = problem.code !== undefined && isErrorCode(problem.code) ? problem.code : 'INTERNAL';
    throw new MeshError(code, problem.detail ?? problem.title ?? `HTTP ${response.status}`);
  }

  /** Asks, and follows the request's events until its one reply. */
  async ask(ask: Ask): Promise<Answer> {
    const { requestId } = await this.call<{ requestId: string }>('POST', '/v1/requests', { text: ask.text, conversationId: ask.conversationId, deadlineMs: ask.deadlineMs, priority: 'interactive' });
    const response = await this.send('GET', `/v1/requests/${requestId}/events`, undefined, { accept: 'text/event-stream' });
    let answer: Answer | undefined;
    const parser = createParser({
      onEvent: ({ event, data }) => {
        const content = JSON.parse(data) as EventContent;
        if (event === 'delta') ask.onDelta?.(content.text ?? '', content.epoch ?? 0);
        else if (event === 'decided') ask.onDecided?.({ rule: content.rule ?? '', to: content.to ?? '', intent: content.intent ?? '' });
        else if (event === 'reply') {
          const receipt = Receipt.safeParse(content.receipt);
          answer = { requestId, outcome: content.outcome ?? receipt.data?.outcome ?? '', text: content.reply ?? '', receipt: receipt.data, error: content.error };
        }
      },
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      if (answer) return answer;
    }
    throw new MeshError('QUEUE_UNAVAILABLE', `the events of ${requestId} ended without a reply`);
  }

  async explain(requestId: string): Promise<Explanation> {
    return Explanation.parse(await this.call('GET', `/v1/requests/${encodeURIComponent(requestId)}/explain`));
  }

  /** Uploads a file. Where it is not indexed at once the answer's state is `waiting`, and `document` tells what becomes of it. */
  async upload(collection: string, documentId: string, fileName: string, content: Blob): Promise<{ documentId: string; passages: number; state: string }> {
    const form = new FormData();
    form.set('id', documentId);
    form.set('file', content, fileName);
    const response = await this.send('POST', `/v1/knowledge/${encodeURIComponent(collection)}/documents`, form, {});
    return { passages: 0, ...((await response.json()) as { documentId: string; state: string }) };
  }

  /** @throws MeshError DOCUMENT_UNKNOWN where the collection has no such document, nor one on its way */
  async document(collection: string, documentId: string): Promise<DocumentStatus> {
    return DocumentStatus.parse(await this.call('GET', documentPath(collection, documentId)));
  }

  async removeDocument(collection: string, documentId: string): Promise<void> {
    await this.call('DELETE', documentPath(collection, documentId));
  }
}

const documentPath = (collection: string, documentId: string): string => `/v1/knowledge/${encodeURIComponent(collection)}/documents/${encodeURIComponent(documentId)}`;
