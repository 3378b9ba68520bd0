/** Where a block stands in a paginated document, counted from 1. */
interface Placed {
  readonly page?: number;
}

/** A piece of a document with its structure kept, in reading order. Texts are plain: no markup, no trailing space. */
export type Block = Placed &
  (
    | { readonly kind: 'heading'; readonly level: number; readonly text: string }
    | { readonly kind: 'paragraph'; readonly text: string }
    | { readonly kind: 'list'; readonly items: readonly string[] }
    | { readonly kind: 'table'; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] }
    /** `variants`: other ways to ask the same, searched but never shown. */
    | { readonly kind: 'qa'; readonly question: string; readonly answer: string; readonly variants: readonly string[] }
  );

export interface ParsedDocument {
  /** What the document calls itself, where it does. */
  readonly title?: string;
  readonly blocks: readonly Block[];
}
