const SPELLED = /^(?:https?:\/\/[a-z0-9.-]{1,100}(?::\d{1,5})?\/(?:[a-z0-9-]{1,20}\/){0,3})?(?:0x)?([0-9a-f]{64})(?:[/?#].{0,200})?$/
const LENGTH_MAX = 600

/**
 * The hash of a transaction in its one spelling, "0x" and 64 lower-case digits, from what people paste: any case, "0X", no prefix, blanks
 * around it, full-width digits, quotes, or the address of a block explorer's page; undefined for anything else.
 */
export function readTxHash(text: string): string | undefined {
  if (text.length > LENGTH_MAX) return undefined
  const plain = text
    .normalize('NFKC')
    .replace(/[\p{White_Space}\p{Cf}"'`<>]/gu, '')
    .toLowerCase()
  const digits = SPELLED.exec(plain)?.[1]
  return digits === undefined ? undefined : `0x${digits}`
}
