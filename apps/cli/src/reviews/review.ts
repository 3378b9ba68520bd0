/** What the gateway tells of an answer for review. */
export interface Review {
  readonly id: string;
  readonly state: 'pending' | 'approved' | 'rejected';
  readonly question: string;
  readonly answer: string;
  readonly language: 'zh' | 'en';
  readonly citations: readonly { readonly documentId: string; readonly title: string }[];
  readonly model: string;
  readonly requestId: string;
  readonly times: number;
  readonly edited: boolean;
  readonly offeredAt: number;
  readonly expiresAt: number;
  readonly decidedAt: number | null;
  readonly decidedBy: string | null;
}
