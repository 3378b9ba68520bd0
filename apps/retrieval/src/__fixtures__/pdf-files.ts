import { createHash } from 'node:crypto';
import { constants, deflateRawSync, deflateSync } from 'node:zlib';

export interface PdfLine {
  text: string;
  size?: number;
  /** Points from the bottom; below the line before where absent. */
  y?: number;
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const hex = (text: string): string => `<${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;

/** The file of these objects, the first of which is the catalogue. */
function assemble(objects: readonly (string | Buffer)[], trailer = ''): Uint8Array {
  const chunks = [latin('%PDF-1.4\n%\xE2\xE3\xCF\xD3\n')];
  const offsets: number[] = [];
  let at = chunks[0]!.length;
  const push = (chunk: Buffer): void => {
    chunks.push(chunk);
    at += chunk.length;
  };
  for (const [index, object] of objects.entries()) {
    offsets.push(at);
    push(latin(`${index + 1} 0 obj\n`));
    push(typeof object === 'string' ? latin(object) : object);
    push(latin('\nendobj\n'));
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  push(latin(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${at}\n%%EOF`));
  return Buffer.concat(chunks);
}

const stream = (content: Buffer, filter = ''): Buffer => Buffer.concat([latin(`<</Length ${content.length}${filter}>>\nstream\n`), content, latin('\nendstream')]);

function contentOf(lines: readonly PdfLine[]): Buffer {
  let y = 800;
  return latin(lines.map((line) => {
    const size = line.size ?? 11;
    y = line.y ?? y - size * 1.4;
    return `BT /F1 ${size} Tf 50 ${y} Td ${hex(line.text)} Tj ET`;
  }).join('\n'));
}

// A Chinese font that is not embedded and whose codes are of a table that the reader must know, as Acrobat and many report programs write.
const FONT = [
  '<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>',
  '<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 5 0 R>>',
  '<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>',
];

const withPages = (contents: readonly Buffer[], trailer = '', more: readonly string[] = []): Uint8Array => {
  const first = 3 + FONT.length;
  const kids = contents.map((_, index) => `${first + 2 * index} 0 R`).join(' ');
  return assemble([
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${contents.length}>>`,
    ...FONT,
    ...contents.flatMap((content, index) => [`<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${first + 2 * index + 1} 0 R/Resources<</Font<</F1 3 0 R>>>>>>`, content]),
    ...more,
  ], trailer);
};

/** A PDF whose pages hold these lines. */
export const pdf = (pages: readonly (readonly PdfLine[])[]): Uint8Array => withPages(pages.map((lines) => stream(contentOf(lines))));

/** A page whose content packs `mib` MiB of spaces, twice. Made of one block that stands for itself, so that making it costs nothing. */
export function pdfBomb(mib: number): Uint8Array {
  const block = deflateRawSync(Buffer.alloc(1024 * 1024, 0x20), { finishFlush: constants.Z_FULL_FLUSH });
  const inner = Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array.from({ length: mib }, () => block), Buffer.from([0x03, 0x00, 0, 0, 0, 0])]);
  return withPages([stream(deflateSync(inner), '/Filter[/FlateDecode/FlateDecode]')]);
}

/** A page that is a picture. */
export const pdfOfPicture = (): Uint8Array => withPages([stream(latin('q 100 0 0 100 50 700 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q'))]);

const PADDING = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex');
const md5 = (...parts: Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();
const rc4 = (key: Buffer, data: Buffer): Buffer => {
  const state = Array.from({ length: 256 }, (_, at) => at);
  for (let at = 0, swap = 0; at < 256; at++) {
    swap = (swap + state[at]! + key[at % key.length]!) & 255;
    [state[at], state[swap]] = [state[swap]!, state[at]!];
  }
  let [left, right] = [0, 0];
  return Buffer.from(data.map((byte) => {
    left = (left + 1) & 255;
    right = (right + state[left]!) & 255;
    [state[left], state[right]] = [state[right]!, state[left]!];
    return byte ^ state[(state[left]! + state[right]!) & 255]!;
  }));
};

/** A PDF that opens with the password only (standard security handler, revision 2). */
export function encryptedPdf(password: string): Uint8Array {
  const padded = Buffer.concat([latin(password), PADDING]).subarray(0, 32);
  const owner = rc4(md5(padded).subarray(0, 5), padded);
  const permissions = Buffer.from([0xfc, 0xff, 0xff, 0xff]);
  const id = Buffer.alloc(16, 7);
  const user = rc4(md5(padded, owner, permissions, id).subarray(0, 5), PADDING);
  const encrypt = `<</Filter/Standard/V 1/R 2/O<${owner.toString('hex')}>/U<${user.toString('hex')}>/P -4>>`;
  return withPages([stream(latin('BT ET'))], `/Encrypt ${encrypt}/ID[<${id.toString('hex')}><${id.toString('hex')}>]`);
}
