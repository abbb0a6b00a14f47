/** How a text is cut for the air: GSM-7 (160, then 153 a part) or UCS-2 (70, then 67 a part). */
const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "\f^{}\\[~]|€";

export function segments(text) {
  const letters = [...text];
  const gsm = letters.every((letter) => BASIC.includes(letter) || EXTENDED.includes(letter));
  const costs = letters.map((letter) => (gsm ? (EXTENDED.includes(letter) ? 2 : 1) : letter.length));
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  const [one, part] = gsm ? [160, 153] : [70, 67];
  return { encoding: gsm ? "GSM-7" : "UCS-2", units, parts: units === 0 ? 0 : units <= one ? 1 : packed(costs, part) };
}

/** An escaped or paired letter is never cut in two, so a part may end one unit early. */
function packed(costs, part) {
  let parts = 1;
  let room = part;
  for (const cost of costs) {
    if (cost > room) {
      parts += 1;
      room = part;
    }
    room -= cost;
  }
  return parts;
}
