/**
 * A tool that a model wants called. Whether it was offered, and whether the arguments fit its schema, is the caller's to check.
 */
export interface ChatToolCall {
  /** Names the call in the message that answers it; made up by the adapter where the server gives none. */
  readonly id: string;
  readonly name: string;
  /** Read by the adapter: what is no JSON object there is MODEL_OUTPUT_INVALID. No arguments are an empty object. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * One message to a model. A `tool` message answers one call of the last `assistant` message before it; every call of that
 * one is answered before the next message of another role, or providers refuse the conversation. `thoughts` are those of the
 * completion that the calls came with.
 */
export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls?: readonly ChatToolCall[]; readonly thoughts?: string }
  | { readonly role: 'tool'; readonly content: string; readonly toolCallId: string; readonly toolName: string };

/** A tool as a model is told of it. */
export interface ChatTool {
  /** Letters, digits, `_` and `-`, 64 at most: what every provider takes. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments, an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /**
   * JSON Schema that the answer must fit; the adapter asks for it in the server's own way, the caller still checks. Of a cloud
   * model an answer that ended by itself and is no JSON is MODEL_OUTPUT_INVALID; of a local one it is given, so that the model
   * can be shown what it wrote.
   */
  readonly schema?: Record<string, unknown>;
  /** What the model may ask for. Nothing is called here: the calls come back. */
  readonly tools?: readonly ChatTool[];
  /** `none`: it must answer now. The tools are named all the same, since some providers want to know those that the messages speak of. A call all the same is MODEL_OUTPUT_INVALID. */
  readonly toolChoice?: 'auto' | 'none';
  readonly maxTokens: number;
  /** 0 to 2; 0 where absent. */
  readonly temperature?: number;
}

export interface ChatCompletion {
  readonly text: string;
  /** What the model wants called, in its order; absent: nothing. Text beside it is what the model said before. */
  readonly toolCalls?: readonly ChatToolCall[];
  /** What the model thought before it asked for tools; some providers refuse the conversation without it. For nobody to read. */
  readonly thoughts?: string;
  /** `stop` also where it stopped to have tools called. */
  readonly finish: 'stop' | 'length' | 'filtered';
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Of `tokensIn`, those that the server had cached. */
  readonly tokensCached: number;
  /** The server's own usage object, kept for the bill. */
  readonly rawUsage: unknown;
  /** Of several servers with the model, the one that answered. Absent: `host` of the model. */
  readonly host?: string;
  /** Of several models behind one, the one that answered. Absent: the model that was asked. */
  readonly by?: AnsweredBy;
}

/** Which model has answered, for the record. */
export interface AnsweredBy {
  readonly model: string;
  readonly adapter?: string | undefined;
  /** Where a site tries a second model: which of the two its conversation is for; `canary_away`: the second one, whose place the first took. */
  readonly variant?: 'base' | 'canary' | 'canary_away' | undefined;
}

export interface ChatOptions {
  /** Aborting ends the HTTP call, so that the server's slot is free again. */
  readonly signal: AbortSignal;
  /** Given: the answer is streamed. Told of text only; calls come with the completion. */
  readonly onDelta?: (text: string) => void;
  /** Asked where an answer broke off after its first pieces, and another server could begin it anew: true where the pieces were thrown away. Absent: they were not. */
  readonly mayRestart?: () => boolean;
  /** Calls with the same one begin alike: of several servers they go to the same, which has that beginning in its cache. */
  readonly affinity?: string;
  /** Of two models behind one, the one that is wanted; the first where absent. */
  readonly variant?: 'base' | 'canary';
}

/**
 * A model that completes a chat, local or cloud. One conformance suite runs against every implementation.
 * Throws MeshError MODEL_UNAVAILABLE, MODEL_OVERLOADED, MODEL_MISSING, MODEL_REJECTED or MODEL_OUTPUT_INVALID (a tool call
 * that cannot be read, or that was not to be); an aborted call rejects with the signal's reason. Adapters never retry: the queue owns retries.
 */
export interface ChatModel {
  readonly model: string;
  /** LoRA adapter of the model that answers; absent: the model as it is. */
  readonly adapter?: string | undefined;
  readonly where: 'local' | 'cloud';
  /** Host and port that the calls go to. */
  readonly host: string;
  complete(request: ChatRequest, options: ChatOptions): Promise<ChatCompletion>;
  /** Resolves when the server answers and has the model; throws as `complete` does. */
  ready(signal: AbortSignal): Promise<void>;
}
