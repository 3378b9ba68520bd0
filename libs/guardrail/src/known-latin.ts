import { ENGLISH } from './data/english.js';

/**
 * Short Latin words that messages to a shop hold and that the table of English words lacks: those of two letters,
 * units, sizes, devices, files, payment, abbreviations of chats that harm nobody.
 */
const EVERYDAY =
  'ah an as at be by do eh go ha he hey ho hmm is it la me my of oh on or ow pa so to we ye yo ps km ac ad ai app apk apps atm bb bgm bmw btw cbd cm cny com cpu cd db diy doc docx dr dvd emoji eq etc faq fedex ff fm fps gif gps gpu hdmi hr hrs html http https ' +
  'id ie im io ios ip ipad iphone iq iso jd jpeg jpg kbps kcal kg kmh kpop ktv kv kwh lcd led lte ltd lv mac max mbps mhz min ml mm msg mv nb nba nfc no oem ok okay oled omg os ota otg pdf pc pcs pls plz ppt pro psp pu pvc ' +
  'qc qr qq qty ram rgb rmb rpm sim sku sms spa spf spu ssd std sup svip swift tel thx tnt tv txt tws ty uk ups url us usa usb usd usps uv vip vpn vr vs wap wc web wechat wifi wlan wps www xl xs xxl xxs xxxl yuan zip zoom';

let prepared: ReadonlySet<string> | undefined;

/** Words that are not read as pinyin: English ones that could be, and everyday abbreviations; lower case. */
export function knownLatin(): ReadonlySet<string> {
  prepared ??= new Set([...ENGLISH.split(' '), ...EVERYDAY.split(' ')]);
  return prepared;
}
