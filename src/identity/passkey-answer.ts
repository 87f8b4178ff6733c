import { z } from 'zod'

const base64url = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .regex(/^[\w-]+$/, 'base64url')
const shared = {
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}),
}

/** Transports of passkeys that are known. */
export const PASSKEY_TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const
export type PasskeyTransport = (typeof PASSKEY_TRANSPORTS)[number]

/** What a browser answers when a passkey is made. Source: w3.org/TR/webauthn-3 §5.1 RegistrationResponseJSON (2026-11-26). */
export const newPasskeySchema = z.object({
  ...shared,
  response: z.object({
    clientDataJSON: base64url(8192),
    attestationObject: base64url(65_536),
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
})
export type NewPasskeyAnswer = z.output<typeof newPasskeySchema>

/** What a browser answers when a passkey is used. Source: w3.org/TR/webauthn-3 §5.1 AuthenticationResponseJSON (2026-11-26). */
export const passkeySchema = z.object({
  ...shared,
  response: z.object({
    clientDataJSON: base64url(8192),
    authenticatorData: base64url(8192),
    signature: base64url(8192),
    userHandle: base64url(128).nullable().optional(),
  }),
})
export type PasskeyAnswer = z.output<typeof passkeySchema>
