/** Why there is no certificate: a code that the log, `farebox doctor` and the job tell; no word of the authority is in it. */
export class AcmeError extends Error {
  readonly code: AcmeCode
  /** How long the authority asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined
  constructor(code: AcmeCode, retryAfterMs?: number) {
    super(`no certificate: ${code}`)
    this.name = 'AcmeError'
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** What to do about each way in which there is no certificate. */
export const ACME_ADVICE = {
  acme_unreachable:
    'the authority was not reached; see that FAREBOX_ACME_DIRECTORY is right and that the firewall lets it pass (farebox egress)',
  acme_answer_unread: 'what answered is no ACME server; correct FAREBOX_ACME_DIRECTORY',
  acme_refused: 'the authority refused for a reason that has no code of its own; look at its status page, it is tried again',
  acme_server_internal: 'the authority has a failure of its own; it is tried again',
  acme_rate_limited: 'the authority wants no more orders for now; it is tried again when it allows',
  acme_account:
    'the authority refused the account; see FAREBOX_ACME_EMAIL, and whether it asks for what Farebox does not do (external accounts)',
  acme_names: 'the authority gives none for a name of FAREBOX_ACME_DOMAINS; correct the names',
  acme_caa: 'a CAA record of a name forbids this authority; add it to the record',
  acme_dns: 'a name of FAREBOX_ACME_DOMAINS leads nowhere; let its A and AAAA records name this machine',
  acme_connection:
    'the authority did not reach port 80 by a name of FAREBOX_ACME_DOMAINS; open it in firewalls, and see A and AAAA records',
  acme_unauthorized:
    'something else answered on port 80; let A and AAAA records of all names lead to this machine, or forward port 80 to FAREBOX_ACME_LISTEN',
  acme_no_http_01: 'the authority offers no http-01 for a name; Farebox does no other, so use files and a client of your own',
  acme_too_slow: 'the authority did not finish in time; it is tried again',
  acme_certificate_wrong: 'what came is no certificate for the key and names that were asked for; see whose FAREBOX_ACME_DIRECTORY is',
  acme_port_in_use: 'the port of FAREBOX_ACME_LISTEN is in use; free it, or forward port 80 to another',
  acme_port_denied: 'the port of FAREBOX_ACME_LISTEN needs a right that Farebox has not; see docs/packages.md#certificates',
  acme_port_unusable: 'FAREBOX_ACME_LISTEN cannot be listened on; see that its address is one of this machine',
} as const satisfies Readonly<Record<string, string>>

/** One way in which there is no certificate. */
export type AcmeCode = keyof typeof ACME_ADVICE

/** Whether something is a code of ours. */
export const isAcmeCode = (value: unknown): value is AcmeCode => typeof value === 'string' && Object.hasOwn(ACME_ADVICE, value)

const BY_TYPE: ReadonlyMap<string, AcmeCode> = new Map([
  ['accountDoesNotExist', 'acme_account'],
  ['caa', 'acme_caa'],
  ['connection', 'acme_connection'],
  ['dns', 'acme_dns'],
  ['externalAccountRequired', 'acme_account'],
  ['incorrectResponse', 'acme_unauthorized'],
  ['invalidContact', 'acme_account'],
  ['rateLimited', 'acme_rate_limited'],
  ['rejectedIdentifier', 'acme_names'],
  ['serverInternal', 'acme_server_internal'],
  ['tls', 'acme_connection'],
  ['unauthorized', 'acme_unauthorized'],
  ['unsupportedContact', 'acme_account'],
  ['unsupportedIdentifier', 'acme_names'],
  ['userActionRequired', 'acme_account'],
])

const NAMESPACE = 'urn:ietf:params:acme:error:'

/** The type of a failure of the authority itself. */
export const SERVER_INTERNAL = `${NAMESPACE}serverInternal`

/** The code for a problem by its type. Source: RFC 8555 §6.7 (2019-03). */
export const codeOfProblem = (type: string | undefined): AcmeCode =>
  (type?.startsWith(NAMESPACE) === true ? BY_TYPE.get(type.slice(NAMESPACE.length)) : undefined) ?? 'acme_refused'
