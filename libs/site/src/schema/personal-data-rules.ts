import { z } from 'zod';
import { PersonalDataKind } from '@switchyard/contracts';

/**
 * What becomes of personal data before a message goes to a cloud model. `mask`: a placeholder stands for it there. `refuse`:
 * a message that holds it does not go. `allow`: it goes as it is.
 */
export const PersonalDataAction = z.enum(['mask', 'refuse', 'allow']);
export type PersonalDataAction = z.infer<typeof PersonalDataAction>;

/** An action for each kind, and one for the kinds that are not named. */
export const PersonalDataRules = z.strictObject({ others: PersonalDataAction.optional(), ...kinds() });
export type PersonalDataRules = z.infer<typeof PersonalDataRules>;

function kinds(): Record<PersonalDataKind, z.ZodOptional<typeof PersonalDataAction>> {
  const action = PersonalDataAction.optional();
  // One entry for each member of the enum.
  return Object.fromEntries(PersonalDataKind.options.map((kind) => [kind, action])) as Record<PersonalDataKind, typeof action>;
}
