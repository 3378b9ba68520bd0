import { OPENINGS_EN, OVERRIDES_EN, WANTS_EN, WHOLE_EN } from './attacks-en.js';
import { OPENINGS_ZH, OVERRIDES_ZH, WANTS_ZH, WHOLE_ZH } from './attacks-zh.js';
import { ORDINARY_EN } from './ordinary-en.js';
import { ORDINARY_ZH } from './ordinary-zh.js';

export type InjectionLabel = 'attack' | 'ordinary';

export interface InjectionExample {
  readonly text: string;
  readonly label: InjectionLabel;
}

/** Messages an opening and a wish are put around each override; strides without a common divisor spread the pairs. */
const EACH = 4;

function composed(openings: readonly string[], overrides: readonly string[], wants: readonly string[], gap: string): string[] {
  return overrides.flatMap((override, index) =>
    Array.from({ length: EACH }, (_, turn) => {
      const opening = openings[(index * 7 + turn * 5) % openings.length] ?? '';
      const want = turn === EACH - 1 ? '.' : (wants[(index * 11 + turn * 3) % wants.length] ?? '');
      return `${opening === '' ? '' : opening + gap}${override}${gap === '' || want === '.' ? want : ` ${want}`}`;
    }),
  );
}

/** Messages with a harmless opening and no wish teach that the opening is innocent. */
const openingsAlone = (openings: readonly string[]): string[] => openings.filter((opening) => opening.endsWith('?') || opening.endsWith('？'));

/** The examples that the shipped classifier is trained with: all written for it, in both languages. */
export function composeExamples(): InjectionExample[] {
  const attacks = [...composed(OPENINGS_EN, OVERRIDES_EN, WANTS_EN, ' '), ...composed(OPENINGS_ZH, OVERRIDES_ZH, WANTS_ZH, ''), ...WHOLE_EN, ...WHOLE_ZH];
  const ordinary = [...ORDINARY_EN, ...ORDINARY_ZH, ...openingsAlone(OPENINGS_EN), ...openingsAlone(OPENINGS_ZH)];
  return [...attacks.map((text) => ({ text, label: 'attack' as const })), ...ordinary.map((text) => ({ text, label: 'ordinary' as const }))];
}
