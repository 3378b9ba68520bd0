import type { Outcome, ReplyLanguage } from '@switchyard/contracts';
import { NO_BUDGET, type SpendingCaps } from '../spending/spending.js';

type Text = Readonly<Record<ReplyLanguage, string>>;

/** What the transport needs of a site; a `Site` of `@switchyard/site` is one. */
export interface MeshSite {
  /** Version that audit events and new requests name. */
  readonly version: string;
  readonly settings: {
    readonly defaultLanguage: ReplyLanguage;
    /** What a customer reads when a request ends without an answer. */
    readonly texts: { readonly refused: Text; readonly handedOver: Text; readonly failed: Text; readonly expired: Text; readonly cancelled: Text };
    /** Whether anything may leave the site; "blocked" where absent. */
    readonly egress?: 'allowed' | 'blocked';
    readonly tenants?: readonly {
      readonly id: string;
      /** Where it differs from the site's. */
      readonly retention?: { readonly conversationHours?: number | undefined } | undefined;
      readonly budget?: SpendingCaps | undefined;
      /** Its share of a busy queue, against 1 of the others. */
      readonly weight?: number | undefined;
      /** Bytes of its open requests, at most. */
      readonly maxOpenBytes?: number | undefined;
      /** How long its answers are kept for whoever asks the same, and how many bytes of them; absent: none are. */
      readonly cache?: { readonly ttlMinutes: number; readonly maxBytes: number } | undefined;
      /** Answers of the expert are offered to people: how long they wait, how long approved ones are given, and how many of each; absent: none are. */
      readonly reviews?: { readonly pendingDays: number; readonly approvedDays: number; readonly most: number } | undefined;
      /** Where its people are told of what they take over; absent: they are not. */
      readonly people?: { readonly webhook?: object | undefined; readonly chatwoot?: { readonly account: number } | undefined } | undefined;
    }[];
    readonly conversations?: {
      readonly merge: {
        /** Messages that have to wait, and came within this time of one another, are merged into one. */
        readonly windowMs: number;
        /** How long the first message of a silent conversation waits for more. */
        readonly waitMs: number;
      };
      /** Whether a newer message ends a generation that is under way. */
      readonly supersede: 'never' | 'generation';
    };
    readonly retention: { readonly requestHours: number; readonly conversationHours: number };
  };
}

/** What a tenant may spend. */
export const capsIn = ({ settings }: MeshSite, tenant: string): SpendingCaps => settings.tenants?.find(({ id }) => id === tenant)?.budget ?? NO_BUDGET;

const textNames = { refused: 'refused', handed_over: 'handedOver', failed: 'failed', expired: 'expired', cancelled: 'cancelled' } as const;

/** The site's fixed text for the end of a request that got no answer; in the site's own language where none is known. */
export function fixedText(site: MeshSite, outcome: Exclude<Outcome, 'answered'>, language: string | undefined): string {
  const known: ReplyLanguage = language === 'zh' || language === 'en' ? language : site.settings.defaultLanguage;
  return site.settings.texts[textNames[outcome]][known];
}

const HOUR_MS = 3_600_000;

/** How long a silent conversation of a tenant is kept, in milliseconds. */
export function conversationTtlIn({ settings }: MeshSite, tenant: string): number {
  const own = settings.tenants?.find(({ id }) => id === tenant)?.retention?.conversationHours;
  return (own ?? settings.retention.conversationHours) * HOUR_MS;
}
