import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds of a step, digits of a code, and bytes of a secret. */
export const TOTP_STEP_SECONDS = 30
export const TOTP_DIGITS = 6
export const TOTP_SECRET_BYTES = 20
/** Clocks of people may be a step before or behind. */
const STEPS_AROUND = 1

/** The step of a time in milliseconds. */
export const totpStepOf = (now: number): number => Math.floor(now / 1000 / TOTP_STEP_SECONDS)

/** The code of a step, SHA-1 as all authenticator apps have it. Source: RFC 6238 §4 (2011-05), RFC 4226 §5.3 (2005-12). */
export function totpCode(secret: Buffer, step: number, digits = TOTP_DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0')
}

/** The step that a code is of, among those around now that are later than the last one used; undefined for none. */
export function matchTotp(
  secret: Buffer,
  code: string,
  { now, lastStep }: { readonly now: number; readonly lastStep: number },
): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const given = Buffer.from(code)
  const present = totpStepOf(now)
  const steps = Array.from({ length: 2 * STEPS_AROUND + 1 }, (_, index) => present - STEPS_AROUND + index)
  const matching = steps.filter((step) => step >= 0 && timingSafeEqual(Buffer.from(totpCode(secret, step)), given))
  return matching.find((step) => step > lastStep)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Bytes in base32 without padding. Source: RFC 4648 §6 (2006-10). */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** What an authenticator app reads out of a QR code. Source: github.com/google/google-authenticator/wiki/Key-Uri-Format (2026-11-26). */
export function totpUri(secret: Buffer, { service, name }: { readonly service: string; readonly name: string }): string {
  const label = `${encodeURIComponent(service)}:${encodeURIComponent(name)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(service)}&algorithm=SHA1&digits=${TOTP_DIGITS}&period=${TOTP_STEP_SECONDS}`
}
