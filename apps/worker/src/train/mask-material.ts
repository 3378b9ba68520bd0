import type { TrainingMaterial } from '@switchyard/contracts';
import { findPersonalData, kindOfPlaceholder, placeholdersIn, pseudonymise, type PersonalData, type PersonalDataKind, type PseudonymMap } from '@switchyard/guardrail';

export type Masked = { readonly material: TrainingMaterial; /** Values that a placeholder stands for. */ readonly masked: number } | { readonly refused: 'personal_data' | 'placeholder' };

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();
/** Shorter parts of a name are found inside other words. */
const SHORTEST_NAME_PART = 3;
const partsOf = ([placeholder, value]: readonly [string, string]): string[] => {
  const isName = kindOfPlaceholder(placeholder) === 'person_name';
  return [value, ...(isName ? value.split(/\s+/u).filter((part) => part.length >= SHORTEST_NAME_PART) : [])];
};

/** Where a value that another part holds stands in this one, also where its form alone does not tell. */
function foundAgain(text: string, known: PseudonymMap): PersonalData[] {
  return Object.entries(known).flatMap(([placeholder, value]): PersonalData[] => {
    const kind = kindOfPlaceholder(placeholder);
    if (kind === undefined) return [];
    const found: PersonalData[] = [];
    for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + value.length)) found.push({ kind, start, end: start + value.length, value, confidence: 1 });
    return found;
  });
}

/**
 * Puts a placeholder in the place of what is personal, the same for a value wherever it stands in question, turns and answer. What
 * the passages hold is the shop's own (its phone number, its address). Weights forget nothing: whatever the site allows to be
 * sent to a cloud is masked here too, and what it refuses to send is refused, as is what might not have been found everywhere.
 */
export function maskMaterial(material: TrainingMaterial, isRefused: (kind: PersonalDataKind) => boolean): Masked {
  const own = plain(material.passages.flatMap(({ title, text }) => [title, text]).join('\n'));
  const isOwn = ({ value }: PersonalData): boolean => own.includes(plain(value));
  const parts = [material.question, ...material.turns.map(({ text }) => text), material.answer];
  // Whoever wrote one knew what it would be taken for.
  if (parts.some((part) => [...placeholdersIn(part)].some((one) => kindOfPlaceholder(one) !== undefined))) return { refused: 'placeholder' };

  const found = parts.map((part) => findPersonalData(part).filter((one) => !isOwn(one)));
  if (found.flat().some(({ kind }) => isRefused(kind))) return { refused: 'personal_data' };
  let map: PseudonymMap = {};
  for (const [at, part] of parts.entries()) map = pseudonymise(part, found[at] ?? [], map).map;
  const masked = parts.map((part, at) => pseudonymise(part, [...foundAgain(part, map), ...(found[at] ?? [])], map).text);

  const remains = masked.some((part) => {
    const text = plain(part);
    return findPersonalData(part).some((one) => !isOwn(one)) || Object.entries(map).flatMap(partsOf).some((value) => text.includes(plain(value)));
  });
  if (remains) return { refused: 'personal_data' };
  return {
    masked: Object.keys(map).length,
    material: { ...material, question: masked[0] ?? '', turns: material.turns.map((turn, at) => ({ ...turn, text: masked[1 + at] ?? '' })), answer: masked.at(-1) ?? '' },
  };
}
