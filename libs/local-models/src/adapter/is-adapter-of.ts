/** A line of `/v1/models`. */
export interface ModelCard {
  readonly id: string;
  /** Of an adapter: its base, under the name that the server gives it first. */
  readonly parent?: string | null | undefined;
  /** Where the weights lie. */
  readonly root?: string | null | undefined;
}

/**
 * Whether a server's card is that of an adapter of the base. A base may be served under several names and the adapter name
 * another of them, or the folder: they are one where their weights are. A server that tells no parent of any card is believed.
 */
export function isAdapterOf(adapter: ModelCard, base: ModelCard, cards: readonly ModelCard[]): boolean {
  const { parent } = adapter;
  if (!parent) return !cards.some((one) => one.parent);
  if (parent === base.id || parent === base.root) return true;
  const root = cards.find(({ id }) => id === parent)?.root;
  return Boolean(root) && root === base.root;
}
