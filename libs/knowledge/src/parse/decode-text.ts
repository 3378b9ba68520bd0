import iconv from 'iconv-lite';
import { MeshError } from '@switchyard/errors';

// The most frequent characters of modern Chinese, both scripts: a text decoded by the wrong table is made of rare ones.
const COMMON = new Set(
  '的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单退货订换购付款费送单发票' +
    '這個來國說們為時會過學對後麼還發當無開頭經見動兩長樣現將與進實點種聲話兒員業間電東門氣內產體別處總場師書萬報馬張難數車應親務記邊戰幹許覺題統認論義術結資連遠隊條變聯權該領傳紅決達辦運強區轉眾輕語滿識極黃臉錢黨設歷際則單議廣貨訂換購費發',
);

/** Bytes that tell the encoding: all of a large file would be decoded once for each candidate. */
const SAMPLE_BYTES = 64 * 1024;
/** Running Chinese text has well over half of its characters in the list; a wrong table gives a few in a hundred. */
const READS_AS_CHINESE = 0.3;
/** Of text that is read right nearly all characters are letters, digits, marks or spaces that are in use. */
const READS_AS_TEXT = 0.9;
/** What an author declares goes before what counting says, unless the counts are clearly apart. */
const DECLARED_BONUS = 0.1;
const CHINESE = ['gb18030', 'big5', 'utf-16le', 'utf-16be'] as const;

/** Share of the Han characters that are common ones; below 0 where the bytes do not fit the table. */
function plausibility(text: string): number {
  if (/[\uFFFD\uE000-\uF8FF]|\p{Cn}/u.test(text)) return -1;
  const han = text.match(/\p{Script=Han}/gu) ?? [];
  return han.length === 0 ? 0 : (han.filter((character) => COMMON.has(character)).length / han.length) * Math.min(1, (3 * han.length) / text.length + 0.5);
}

const isUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** The start of the bytes, up to an ASCII byte, so that no character is cut. */
function sampleOf(buffer: Buffer): Buffer {
  if (buffer.length <= SAMPLE_BYTES) return buffer;
  const end = buffer.lastIndexOf(0x0a, SAMPLE_BYTES);
  return buffer.subarray(0, end > SAMPLE_BYTES / 2 ? end + (end % 2) : SAMPLE_BYTES);
}

/** UTF-16 without a mark: every second byte of Western text is 0, and so are those of line ends and digits of Chinese. */
function decodeUnmarkedUtf16(buffer: Buffer): string | undefined {
  if (buffer.length % 2 !== 0) return undefined;
  const sample = sampleOf(buffer);
  const scored = (['utf-16le', 'utf-16be'] as const).map((encoding) => {
    const text = iconv.decode(sample, encoding);
    const legible = text.match(/[\t\r\n -~\u00A0-\u00FF\u2010-\u2027\u3000-\u301F\uFF01-\uFF5E]/gu)?.length ?? 0;
    const characters = text.match(/\p{Script=Han}/gu) ?? [];
    const common = characters.filter((character) => COMMON.has(character)).length;
    const han = characters.length;
    return { encoding, score: common >= han * READS_AS_CHINESE ? (legible + han) / text.length : 0 };
  });
  const [best] = scored.toSorted((left, right) => right.score - left.score);
  return best && best.score > READS_AS_TEXT ? iconv.decode(buffer, best.encoding) : undefined;
}

function decodeChinese(buffer: Buffer, declared: string | undefined): string | undefined {
  const sample = sampleOf(buffer);
  const candidates = CHINESE.filter((encoding) => !encoding.startsWith('utf-16') || buffer.length % 2 === 0)
    .map((encoding) => ({ encoding, score: plausibility(iconv.decode(sample, encoding)) + (encoding === declared ? DECLARED_BONUS : 0) }))
    .filter(({ score }) => score > READS_AS_CHINESE)
    .toSorted((left, right) => right.score - left.score);
  return candidates.map(({ encoding }) => iconv.decode(buffer, encoding)).find((text) => !text.includes('\uFFFD'));
}

const normalise = (charset: string | undefined): string | undefined => {
  const name = charset?.toLowerCase();
  return name === undefined ? undefined : /^(?:gb2312|gbk|gb_2312.*|x-gbk|cp936)$/u.test(name) ? 'gb18030' : name.startsWith('big5') ? 'big5' : name;
};

/**
 * The text of a file. A byte order mark decides; then UTF-8 if it is valid; then whichever of GB18030, Big5 and UTF-16
 * reads as Chinese; then what the document declares; then Windows-1252 where nearly all bytes are ASCII.
 * @param charset what the document says of itself, as the `meta` of a web page: believed where the bytes fit it
 * @throws MeshError DOCUMENT_ENCODING_UNKNOWN naming the document, where none of these fits
 */
export function decodeText(bytes: Uint8Array, name: string, charset?: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return iconv.decode(buffer, 'utf-16le');
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return iconv.decode(buffer, 'utf-16be');
  if (buffer.includes(0)) {
    const text = decodeUnmarkedUtf16(buffer);
    if (text !== undefined) return text;
    throw new MeshError('DOCUMENT_ENCODING_UNKNOWN', `${name} is not a text file`, { field: name });
  }
  const utf8 = isUtf8(bytes);
  if (utf8 !== undefined) return utf8;
  const declared = normalise(charset);
  const chinese = decodeChinese(buffer, declared);
  if (chinese !== undefined) return chinese;
  if (declared !== undefined && iconv.encodingExists(declared)) {
    const text = iconv.decode(buffer, declared);
    if (!text.includes('\uFFFD')) return text;
  }
  const ascii = buffer.reduce((count, byte) => count + (byte < 0x80 ? 1 : 0), 0);
  if (ascii > buffer.length * 0.9) return iconv.decode(buffer, 'windows-1252');
  throw new MeshError('DOCUMENT_ENCODING_UNKNOWN', `${name} is in no encoding that is read here (UTF-8, UTF-16, GB18030, Big5)`, { field: name });
}

/** What a web page declares its encoding to be, in its first kilobyte as the standard has it. */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1_024)).toString('latin1');
  return /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:-]{2,40})/iu.exec(head)?.[1] ?? /^<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:-]{2,40})/iu.exec(head)?.[1];
}
