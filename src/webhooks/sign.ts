import { createHmac } from 'node:crypto'

/** What begins every secret, so that scanners know it. */
export const SECRET_PREFIX = 'whsec_'

/** What is signed: the id of the message, the time in seconds, and the very bytes of its body. */
export type SignedMessage = { readonly id: string; readonly timestampSeconds: number; readonly body: string }

/** A secret as its owner keeps it. */
export const secretText = (secret: Buffer): string => SECRET_PREFIX + secret.toString('base64')

/**
 * The headers of a message: one signature for each secret, so that a secret can be replaced while both are in use. Source: Standard Webhooks 1.0.0,
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (2026-11-26).
 */
export function signedHeaders(message: SignedMessage, secrets: readonly Buffer[]): Readonly<Record<string, string>> {
  const { id, timestampSeconds, body } = message
  const signatures = secrets.map((secret) => createHmac('sha256', secret).update(`${id}.${timestampSeconds}.${body}`).digest('base64'))
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.map((signature) => `v1,${signature}`).join(' '),
  }
}
