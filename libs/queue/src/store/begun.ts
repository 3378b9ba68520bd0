/** What the store found when a request's step began. */
export interface Begun {
  /** It has ended already: nothing is left to do. */
  readonly outcome?: string;
  /** A person has the conversation. */
  readonly isHuman: boolean;
  readonly conversation?: { readonly revision: number; readonly last: string; readonly box: string };
}

export function readBegun(answer: unknown): Begun {
  const [outcome, human, revision, last, box] = (Array.isArray(answer) ? answer : []) as string[];
  return {
    ...(outcome ? { outcome } : {}),
    isHuman: Boolean(human),
    ...(revision && box ? { conversation: { revision: Number(revision), last: last ?? '', box } } : {}),
  };
}
