/** Whom an issuer signs in: customers at the public listener, operators at theirs. */
export const ISSUER_AUDIENCES = ['customers', 'operators'] as const
export type IssuerAudience = (typeof ISSUER_AUDIENCES)[number]

/**
 * Of which issuers an e-mail is believed: of none, of those that Google is the authority of, of all that the issuer calls verified, or of a team's own, which
 * is the authority of its domains, all that it does not call unverified.
 */
export type EmailTrust = 'none' | 'google' | 'verified' | 'own'

/** An issuer as it is configured. */
export type IssuerSettings = {
  readonly id: string
  /** What people know it as. */
  readonly name: string
  readonly kind: 'openid' | 'github'
  /** Its address, which is who it is, as it spells it itself. */
  readonly issuer: string
  readonly clientId: string
  /** Undefined for a client that has no secret. */
  readonly clientSecret: string | undefined
  /** Addresses that may be called for it, such as https://id.example, and nothing else; undefined where what asks it looks at each address itself. */
  readonly origins: readonly string[] | undefined
  readonly emailTrust: EmailTrust
  readonly audience: readonly IssuerAudience[]
}

/** Values of one attempt to come in, each of 43 characters of base64url that nobody can guess. */
export type AttemptSecrets = { readonly state: string; readonly nonce: string; readonly verifier: string }

/** An attempt that is begun: the page that the browser comes back to, and whether the issuer should ask who it is even where it knows. */
export type Asking = AttemptSecrets & { readonly returnTo: string; readonly isFresh?: boolean }

/** What a browser came back with. Source: RFC 6749 §4.1.2 (2012-10), RFC 9207 §2 (2022-03). */
export type ReturnedCode = { readonly code: string; readonly state: string; readonly iss?: string | undefined }

/**
 * Whom an issuer vouches for: who it is there, for good, their e-mail where it is believed, and when they signed in to it, in milliseconds, where it says so.
 */
export type Vouched = { readonly subject: string; readonly email: string | undefined; readonly signedInAt?: number }

/** What one kind of issuer does; failures are issuer_refused and issuer_unreachable. */
export type Issuer = {
  /** Where a browser is sent to. */
  readonly begin: (asking: Asking) => Promise<string>
  /** Whom it vouches for, by what a browser came back with; every token is dropped. */
  readonly end: (asking: Asking, returned: ReturnedCode) => Promise<Vouched>
}
