import type { Decision, Reply, RequestState } from '@switchyard/contracts';
import type { Ask } from './ask.js';

/** A request as the mesh keeps it. */
export interface RequestView {
  readonly requestId: string;
  readonly conversationId: string;
  readonly state: RequestState;
  /** Milliseconds since 1970, Redis' clock. */
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  /** The reply stream of the gateway that accepted it. */
  readonly replyTo: string;
  readonly siteVersion: string;
  readonly reply?: Reply;
}

/**
 * What happens to a request after it was accepted. `id` is the same on every gateway and grows, so that a reader that was
 * cut off goes on behind the last one it saw.
 */
export type MeshEvent =
  | { readonly kind: 'decided'; readonly id: string; readonly epoch: number; readonly decision: Decision }
  | { readonly kind: 'delta'; readonly id: string; readonly epoch: number; readonly text: string }
  | { readonly kind: 'reply'; readonly reply: Reply };

/** An accepted request. `created` is false where it was accepted before. */
export interface Accepted {
  readonly view: RequestView;
  readonly created: boolean;
}

/** The ids of a request: chosen before it is sent, so that nothing can happen to it unheard. */
export interface RequestIds {
  readonly requestId: string;
  readonly conversationId: string;
}

/** Requests as the edge sees them. Every operation takes the tenant: another tenant's request is as good as none. */
export interface Mesh {
  /**
   * Resolves when the request is stored.
   * @throws MeshError QUEUE_UNAVAILABLE
   */
  accept(tenant: string, ask: Ask, ids: RequestIds): Promise<Accepted>;
  /** As `accept`, and hears everything that happens from the first moment, as `follow` does. */
  converse(tenant: string, ask: Ask, ids: RequestIds, signal: AbortSignal): Promise<Accepted & { readonly events: AsyncIterable<MeshEvent> }>;
  find(tenant: string, requestId: string): Promise<RequestView | undefined>;
  /** Ends the request as cancelled, where it has not ended yet, and tells what it is then. */
  cancel(tenant: string, requestId: string): Promise<RequestView | undefined>;
  /**
   * What happens to a request behind `afterId`, from its start where there is none; ends with the reply, which is always
   * told. Deltas of long ago may be gone. Ends without it when the signal is aborted.
   */
  follow(view: RequestView, tenant: string, options: { readonly afterId?: string; readonly signal: AbortSignal }): AsyncIterable<MeshEvent>;
}

/** Injection token of the `Mesh`. */
export const GATEWAY_MESH = Symbol('gateway.mesh');
