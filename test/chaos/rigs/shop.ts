import { Worker } from 'node:worker_threads';
import type { Served } from './serve.ts';

/** Something that the shop was asked to do, by its idempotency key. */
export interface Effect {
  readonly at: number;
  /** `<request>.<flow>.<step>`: each of its own is one effect. */
  readonly key: string;
  readonly order: string;
  readonly kind: string;
  /** The key had come before, so nothing was done. */
  readonly isRepeat: boolean;
}

export interface Shop extends Served {
  readonly effects: Effect[];
  /** From now on it does what it is asked to, and answers when it is released: to whoever still listens then. */
  hold(): void;
  release(): void;
}

/** What the thread is told. */
export interface ShopOrder {
  readonly hold: boolean;
}

/** What the thread tells: where it listens, then each effect before the one who asked for it is answered. */
export type ShopNote = { readonly url: string } | { readonly effect: Effect };

/**
 * The shop of the sample site, with an order under every number, and a ledger of what it was made to do. As the sample's
 * own backend does, it does nothing twice under one key, and answers as it did the first time.
 */
export async function startShop(): Promise<Shop> {
  const thread = new Worker(new URL('shop-thread.ts', import.meta.url));
  const effects: Effect[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    thread.once('error', reject);
    thread.on('message', (note: ShopNote) => ('url' in note ? resolve(note.url) : void effects.push(note.effect)));
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  const order = (told: ShopOrder): void => thread.postMessage(told);
  return { url, effects, hold: () => order({ hold: true }), release: () => order({ hold: false }), stop: async () => void (await thread.terminate()) };
}
