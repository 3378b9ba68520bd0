import { describe, expect, it } from 'vitest';
import { piecesOf } from './pieces-of.js';

const paragraphs = (count: number): string => Array.from({ length: count }, (_, index) => `Paragraph ${index} says one thing and no more.`).join('\n\n');

describe('piecesOf', () => {
  it.each([
    ['paragraphs', paragraphs(200)],
    ['one line without an end', 'word '.repeat(5_000)],
    ['one word without an end', 'x'.repeat(20_000)],
    ['Chinese without a space', '这是一句话。'.repeat(3_000)],
    ['empty lines only', '\n'.repeat(10_000)],
    ['a fence that is never closed', `\`\`\`\n${paragraphs(200)}`],
    ['characters of two code units', '𠮷'.repeat(5_000)],
  ])('loses nothing of %s', (_name, source) => {
    expect([...piecesOf(source, 1_000)].join('')).toBe(source);
  });

  it('cuts paragraphs near the size that was asked for', () => {
    const pieces = [...piecesOf(paragraphs(200), 1_000)];
    expect(pieces.length).toBeGreaterThan(5);
    for (const piece of pieces) expect(piece.length).toBeLessThan(2_100);
  });

  it('does not cut within a fenced block', () => {
    const block = `\`\`\`\n# not a heading\n\n${'code\n\n'.repeat(500)}\`\`\`\n`;
    const pieces = [...piecesOf(`${paragraphs(30)}\n\n${block}\n${paragraphs(30)}`, 1_000)];
    expect(pieces.some((piece) => piece.includes(block))).toBe(true);
  });

  it('repeats the header of a table that had to be cut', () => {
    const head = '| city | fee |\n|---|---|\n';
    const rows = Array.from({ length: 300 }, (_, index) => `| town ${index} | ${index} |\n`).join('');
    const pieces = [...piecesOf(head + rows, 1_000)];
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(piece.startsWith(head)).toBe(true);
  });

  it('never splits a character', () => {
    for (const piece of piecesOf('𠮷'.repeat(5_000), 999)) expect(piece.isWellFormed()).toBe(true);
  });
});
