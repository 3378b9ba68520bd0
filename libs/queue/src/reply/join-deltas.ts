/**
 * Keeps what a stream has said in step with the one reply. A stream cannot take words back, so:
 * - the deltas of a run that took over (a newer epoch) are held back, and the reply decides what is still to be said;
 * - a reply that goes on where the deltas stopped is completed, and one that says something else is said whole, apart.
 */
export class DeltaJoin {
  #epoch: number | undefined;
  #said = '';
  #superseded = false;

  /** @returns the text to send for this delta; empty where it is held back */
  delta(epoch: number, text: string): string {
    if (this.#epoch === undefined || (epoch > this.#epoch && this.#said === '')) this.#epoch = epoch;
    if (epoch > this.#epoch) this.#superseded = true;
    if (epoch !== this.#epoch || this.#superseded) return '';
    this.#said += text;
    return text;
  }

  /** @returns what is left to send once the reply is known */
  reply(text: string): string {
    // The mesh is to be silent: a person took over.
    if (text === '') return '';
    if (text.startsWith(this.#said)) return text.slice(this.#said.length);
    if (text.trim() === this.#said.trim()) return '';
    return `\n\n${text}`;
  }
}
