import { LineCounter, isMap, isScalar, parseDocument, visit } from 'yaml';

export interface SentencePlace {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Where something of an intent (`intent:<label>`) or answer (`answer:<id>`) is written: the sentence, or else the name. */
export type PlaceOf = (thing: string, sentence?: string) => SentencePlace | undefined;

const KINDS = [
  { folder: 'intents/', kind: 'intent', name: 'label' },
  { folder: 'answers/', kind: 'answer', name: 'id' },
] as const;

/** Reads the files of intents and answers once more, for their lines: parsing a site does not keep them. */
export function placesOfSentences(files: ReadonlyMap<string, Uint8Array>): PlaceOf {
  const places = new Map<string, SentencePlace>();
  for (const [file, content] of files) {
    const kind = KINDS.find(({ folder }) => file.startsWith(folder));
    if (!kind || !/\.ya?ml$/.test(file)) continue;
    const lines = new LineCounter();
    visit(parseDocument(new TextDecoder().decode(content), { lineCounter: lines, schema: 'core' }), {
      Scalar: (_key, node, path) => {
        const owner = path.findLast((parent) => isMap(parent) && isScalar(parent.get(kind.name, true)));
        if (!isMap(owner) || typeof node.value !== 'string' || !node.range) return;
        const key = JSON.stringify([`${kind.kind}:${String(owner.get(kind.name))}`, node.value]);
        if (!places.has(key)) places.set(key, { file, line: lines.linePos(node.range[0]).line });
      },
    });
  }
  return (thing, sentence = thing.slice(thing.indexOf(':') + 1)) => places.get(JSON.stringify([thing, sentence]));
}
