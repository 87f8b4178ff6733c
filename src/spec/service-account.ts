/**
 * Where access tokens of service accounts are asked for; the address in a key file is not followed.
 * Source: https://developers.google.com/identity/protocols/oauth2/service-account (2026-11-26).
 */
export const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token'

/** A service account of Google Cloud, as its key file tells it. */
export type ServiceAccount = { readonly client_email: string; readonly private_key: string; readonly project_id: string }

/**
 * The service account in an upstream's key, which is its key file in base64; undefined when it is none, as the file of a person's login
 * is. Source: https://cloud.google.com/iam/docs/keys-create-delete (2026-11-26).
 */
export function serviceAccountOf(key: string): ServiceAccount | undefined {
  try {
    const told: unknown = JSON.parse(Buffer.from(key, 'base64').toString())
    const account = (typeof told === 'object' && told !== null ? told : {}) as Readonly<Record<string, unknown>>
    const isWhole = ['client_email', 'private_key', 'project_id'].every((name) => typeof account[name] === 'string')
    return isWhole && account['type'] === 'service_account' ? (account as ServiceAccount) : undefined
  } catch {
    return undefined
  }
}
