import iconv from 'iconv-lite';
import { MeshError } from '@switchyard/errors';

// The most frequent characters of modern Chinese, both scripts: a text decoded by the wrong table is made of rare ones.
const COMMON = new Set(
  '的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单退货订换购付款费送单发票' +
    '這個來國說們為時會過學對後麼還發當無開頭經見動兩長樣現將與進實點種聲話兒員業間電東門氣內產體別處總場師書萬報馬張難數車應親務記邊戰幹許覺題統認論義術結資連遠隊條變聯權該領傳紅決達辦運強區轉眾輕語滿識極黃臉錢黨設歷際則單議廣貨訂換購費發',
);

/** Characters that tell the encoding; all of a large file would hold up other work. */
const SAMPLE = 50_000;

/** Share of the Han characters that are common ones; below 0 where the bytes do not fit the table. */
function plausibility(text: string): number {
  if (/[\uFFFD\uE000-\uF8FF]/u.test(text)) return -1;
  const han = text.slice(0, SAMPLE).match(/\p{Script=Han}/gu) ?? [];
  return han.length === 0 ? 0 : han.filter((character) => COMMON.has(character)).length / han.length;
}

const isUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * The text of a file. A byte order mark decides; then UTF-8 if it is valid; then whichever of GB18030 and Big5 reads
 * as Chinese; then Windows-1252 where nearly all bytes are ASCII.
 * @throws MeshError DOCUMENT_INVALID naming the document, where none of these fits
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return iconv.decode(buffer, 'utf-16le');
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return iconv.decode(buffer, 'utf-16be');
  if (buffer.includes(0)) throw new MeshError('DOCUMENT_INVALID', `${name} is not a text file`, { field: name });
  const utf8 = isUtf8(bytes);
  if (utf8 !== undefined) return utf8;
  const [best] = ['gb18030', 'big5']
    .map((encoding) => iconv.decode(buffer, encoding))
    .map((text) => ({ text, score: plausibility(text) }))
    .toSorted((left, right) => right.score - left.score);
  // Running Chinese text has well over half of its characters in the list; a wrong table gives a few in a hundred.
  if (best && best.score > 0.3) return best.text;
  const ascii = buffer.reduce((count, byte) => count + (byte < 0x80 ? 1 : 0), 0);
  if (ascii > buffer.length * 0.9) return iconv.decode(buffer, 'windows-1252');
  throw new MeshError('DOCUMENT_INVALID', `${name} is in no encoding that is read here (UTF-8, UTF-16, GB18030, Big5)`, { field: name });
}
