import { CARRIED_BEGINNING, type CarriedThought, carriedIn, carry } from '../carried-thought.ts'

/** `farebox.` is eight bytes: of its base64 the first ten characters say nothing of what follows. */
export const BEGINNING = Buffer.from(CARRIED_BEGINNING).toString('base64').slice(0, 10)

/** The record of another protocol's thought as a signature has to be spelled here, where it is bytes: in base64. */
export const carryInBytes = (thought: CarriedThought): string => Buffer.from(carry(thought)).toString('base64')

/** The record that a signature is; undefined for what is the provider's own. Either alphabet of base64 is read, as clients use both. */
export function carriedInBytes(signature: string | undefined): CarriedThought | undefined {
  // What our records begin with, so that signatures of the provider, which are long, are not looked into.
  return signature?.startsWith(BEGINNING) === true ? carriedIn(Buffer.from(signature, 'base64').toString()) : undefined
}
