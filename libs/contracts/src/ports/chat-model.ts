/** One message to a model. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** JSON Schema that the answer must fit; the adapter asks for it in the server's own way, the caller still checks. */
  readonly schema?: Record<string, unknown>;
  readonly maxTokens: number;
  /** 0 to 2; 0 where absent. */
  readonly temperature?: number;
}

export interface ChatCompletion {
  readonly text: string;
  readonly finish: 'stop' | 'length' | 'filtered';
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Of `tokensIn`, those that the server had cached. */
  readonly tokensCached: number;
  /** The server's own usage object, kept for the bill. */
  readonly rawUsage: unknown;
  /** Of several servers with the model, the one that answered. Absent: `host` of the model. */
  readonly host?: string;
}

export interface ChatOptions {
  /** Aborting ends the HTTP call, so that the server's slot is free again. */
  readonly signal: AbortSignal;
  /** Given: the answer is streamed. */
  readonly onDelta?: (text: string) => void;
  /** Calls with the same one begin alike: of several servers they go to the same, which has that beginning in its cache. */
  readonly affinity?: string;
}

/**
 * A model that completes a chat, local or cloud. One conformance suite runs against every implementation.
 * Throws MeshError MODEL_UNAVAILABLE, MODEL_OVERLOADED, MODEL_MISSING, MODEL_REJECTED or MODEL_OUTPUT_INVALID;
 * an aborted call rejects with the signal's reason. Adapters never retry: the queue owns retries.
 */
export interface ChatModel {
  readonly model: string;
  readonly where: 'local' | 'cloud';
  /** Host and port that the calls go to. */
  readonly host: string;
  complete(request: ChatRequest, options: ChatOptions): Promise<ChatCompletion>;
  /** Resolves when the server answers and has the model; throws as `complete` does. */
  ready(signal: AbortSignal): Promise<void>;
}
