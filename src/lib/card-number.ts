/** Digits as people write them on: in one, or in groups with spaces or dashes between. */
const DIGITS = /\d(?:[ -]?\d){12,}/g
/** How numbers of cards begin, and how long they are. Source: ISO/IEC 7812-1 and the ranges that issuers publish (2026-11-26). */
const CARDS =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14})$/

const LONGEST = 19
/** UUIDs, such as ids of requests, and hashes: of 3,000 UUIDs one has digits in a row that a card could have. */
const HEXADECIMAL = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32,}/gi

/** Whether a text holds the number of a payment card: as long as one, beginning as one, with a check digit that is right. */
export const holdsCardNumber = (text: string): boolean =>
  (text.replace(HEXADECIMAL, (word) => (/[a-f]/i.test(word) ? '#' : word)).match(DIGITS) ?? []).some((written) => {
    const groups = written.split(/[ -]/)
    return groups.some((_, index) => beginsWithCard(groups.slice(index, index + LONGEST)))
  })

/** Whether the first groups are a card's, however many; others may stand before and after it, as a date does. */
function beginsWithCard(groups: readonly string[]): boolean {
  let digits = ''
  return groups.some((group) => {
    digits += group
    return CARDS.test(digits) && hasCheckDigit(digits)
  })
}

/** Source: ISO/IEC 7812-1 annex B, the formula of Luhn. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}
