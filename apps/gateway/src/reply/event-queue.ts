/**
 * Hands what one side pushes to the one that iterates, in order, without loss between two reads. Ending it, from either
 * side, frees whoever waits.
 */
export class EventQueue<Value> implements AsyncIterable<Value> {
  readonly #boxes: { readonly value: Value }[] = [];
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  push(value: Value): void {
    if (this.#ended) return;
    this.#boxes.push({ value });
    this.#wake?.();
  }

  /** Values pushed before are still read. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** As `end`, but the reader then gets the error. */
  fail(error: unknown): void {
    if (!this.#ended) this.#failure = { error };
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value, void, undefined> {
    try {
      for (;;) {
        for (let box = this.#boxes.shift(); box; box = this.#boxes.shift()) yield box.value;
        if (this.#failure) throw this.#failure.error;
        if (this.#ended) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
      }
    } finally {
      this.#ended = true;
    }
  }
}
