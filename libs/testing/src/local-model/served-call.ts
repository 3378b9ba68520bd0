/** One chat, as its server saw it. */
export interface ServedCall {
  /** The name that was asked for. */
  readonly model: string;
  /** What was sent of the answer, piece by piece. */
  readonly pieces: readonly string[];
  /** As the server counts them; 0 where the answer was not completed. */
  tokensIn: number;
  tokensOut: number;
  /** `at`: the server's clock, `performance.now()`. */
  ended?: { readonly how: 'complete' | 'gone' | 'failed'; readonly at: number };
}
