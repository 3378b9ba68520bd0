/** The size of a stream is known to within so much. */
const SLICE_BYTES = 1 << 20;

/** How much stands on a stream, told from what was read of it; what is too much is named by the entry up to which it may go. */
export class StreamSize {
  /** Closed slices, oldest first: the last entry of each, and its bytes. */
  private readonly slices: { readonly last: string; readonly bytes: number }[] = [];
  private closedBytes = 0;
  private openBytes = 0;

  constructor(private readonly limitBytes: number) {}

  /** @returns the id of the oldest entry that may stay, where there is more than the limit since the last time */
  add(id: string, bytes: number): string | undefined {
    this.openBytes += bytes;
    if (this.openBytes < SLICE_BYTES) return undefined;
    this.slices.push({ last: id, bytes: this.openBytes });
    this.closedBytes += this.openBytes;
    this.openBytes = 0;
    let oldest: string | undefined;
    while (this.closedBytes > this.limitBytes && this.slices.length > 1) {
      const slice = this.slices.shift();
      this.closedBytes -= slice?.bytes ?? 0;
      oldest = slice?.last;
    }
    return oldest;
  }
}
