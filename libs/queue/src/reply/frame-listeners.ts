import { isAfter } from '../transport/epoch.js';
import { isTerminal, type OpenedFrame } from './opened-frame.js';

export type FrameListener = (frame: OpenedFrame) => void;

/** Who hears the frames of which request, of one stream. */
export class FrameListeners {
  private readonly byRequest = new Map<string, Set<FrameListener>>();
  /** Id of the newest frame of each request that was delivered. */
  private readonly newest = new Map<string, string>();

  get isEmpty(): boolean {
    return this.byRequest.size === 0;
  }

  readonly has = (requestId: string): boolean => this.byRequest.has(requestId);

  /**
   * Pieces of a superseded run are left out; the terminal frame always comes. A listener must not throw.
   * @returns what ends the subscription; ending it twice is harmless.
   */
  add(requestId: string, listener: FrameListener): () => void {
    const listeners = this.byRequest.get(requestId) ?? new Set();
    this.byRequest.set(requestId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.byRequest.get(requestId) !== listeners) return;
      this.byRequest.delete(requestId);
      this.newest.delete(requestId);
    };
  }

  tell(frame: OpenedFrame): void {
    // A connection that was cut sends what was unanswered again, so a piece may stand on the stream twice.
    if (!isTerminal(frame) && !isAfter(frame.id, this.newest.get(frame.requestId))) return;
    this.newest.set(frame.requestId, frame.id);
    for (const listener of this.byRequest.get(frame.requestId) ?? []) listener(frame);
  }

  clear(): void {
    this.byRequest.clear();
    this.newest.clear();
  }
}
