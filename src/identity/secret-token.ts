import { createHash } from 'node:crypto'

const TOKEN_BYTES = 32

/** A token of 256 random bits as 43 characters of base64url. */
export const makeToken = (random: (size: number) => Buffer): string => random(TOKEN_BYTES).toString('base64url')

/** Whether a text is spelt as such a token. */
export const isToken = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** What is kept of a token: SHA-256 of what it is for, the token itself and what it is bound to; 32 bytes. */
export const hashToken = (use: string, token: string, bound = ''): Buffer =>
  createHash('sha256').update(`${use}\n${token}\n${bound}`).digest()
