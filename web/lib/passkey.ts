import { startAuthentication, startRegistration } from '@simplewebauthn/browser'

type AuthenticationOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']
type RegistrationOptions = Parameters<typeof startRegistration>[0]['optionsJSON']

/** Whether this browser has passkeys at all. */
export const hasPasskeys = (): boolean => 'PublicKeyCredential' in window

/** Asks the browser to show that its owner has a passkey; rejects when the person turns away. */
export const showPasskey = (options: unknown) => startAuthentication({ optionsJSON: options as AuthenticationOptions })

/** Asks the browser to make a passkey. */
export const makePasskey = (options: unknown) => startRegistration({ optionsJSON: options as RegistrationOptions })
