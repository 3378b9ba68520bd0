import { requestIdOf, type Message } from '../client/ledger.ts';

/** What is wrong with a message, with all that is needed to look for the cause. */
export interface Finding {
  readonly key: string;
  readonly requestId: string;
  readonly why: string;
}

export const finding = (message: Message, why: string): Finding => ({ key: message.key, requestId: requestIdOf(message) ?? 'none', why });
