import type { MeshSite } from '../boot/mesh-site.js';

const text = (name: string): { zh: string; en: string } => ({ zh: `${name}（中文）`, en: `${name} (English)` });

export const testSite: MeshSite = {
  version: '0123456789abcdef',
  settings: {
    defaultLanguage: 'en',
    texts: { refused: text('refused'), handedOver: text('handed over'), failed: text('failed'), expired: text('expired'), cancelled: text('cancelled') },
    retention: { requestHours: 1, conversationHours: 1 },
  },
};
