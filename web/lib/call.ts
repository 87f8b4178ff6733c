/** What went wrong with a request, as the server says it: `code` is one of docs/errors.md, `field` names what to mend. */
export class CallError extends Error {
  readonly code: string
  readonly status: number
  readonly field: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(told: { code: string; message: string; status: number; field?: string | undefined; retryAfterSeconds?: number | undefined }) {
    super(told.message)
    this.code = told.code
    this.status = told.status
    this.field = told.field
    this.retryAfterSeconds = told.retryAfterSeconds
  }
}

/** How a request is made besides its path. `once` makes a POST safe to repeat: the same text, one effect. */
export type CallOptions = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  readonly once?: string
  readonly signal?: AbortSignal
}

/** For which of a person's accounts requests are made; their own when undefined. */
const acting: { accountId: string | undefined } = { accountId: undefined }

/** Chooses the account that requests are made for. */
export const actFor = (accountId: string | undefined): void => {
  acting.accountId = accountId
}

/** A text that no other request has, for `once`. */
export const newOnce = (): string => crypto.randomUUID()

/** Told to the window when something that was to be done was refused as nobody is signed in. */
export const SIGNED_OUT = 'farebox-signed-out'

/** Told to the window when something is asked for that changes something, and when it was answered. */
export const [ACT_BEGUN, ACT_ENDED] = ['farebox-act-begun', 'farebox-act-ended'] as const

/** Asks the server; the answer without its envelope. Throws CallError, with the code `unreachable` when there is no answer. */
export async function call<Answer>(path: string, options: CallOptions = {}): Promise<Answer> {
  if ((options.method ?? 'GET') === 'GET') return await ask<Answer>(path, options)
  window.dispatchEvent(new Event(ACT_BEGUN))
  try {
    return await ask<Answer>(path, options)
  } finally {
    window.dispatchEvent(new Event(ACT_ENDED))
  }
}

/** Asks for something while the page is left, when nobody is there for the answer. */
export function callOnLeaving(path: string, method: 'POST' | 'DELETE'): void {
  void fetch(path, { method, headers: headersOf(), credentials: 'same-origin', keepalive: true }).catch(() => undefined)
}

const headersOf = (): Record<string, string> => ({
  ...{ accept: 'application/json', 'accept-language': document.documentElement.lang },
  ...(acting.accountId !== undefined && { 'farebox-account': acting.accountId }),
})

async function ask<Answer>(path: string, { method = 'GET', body, once, signal }: CallOptions): Promise<Answer> {
  const headers = headersOf()
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (once !== undefined) headers['idempotency-key'] = once
  const init: RequestInit = { method, headers, credentials: 'same-origin', ...(signal === undefined ? {} : { signal }) }
  const response = await fetch(path, body === undefined ? init : { ...init, body: JSON.stringify(body) }).catch(() => undefined)
  if (response === undefined) throw new CallError({ code: 'unreachable', message: 'unreachable', status: 0 })
  if (response.status === 401 && method !== 'GET') window.dispatchEvent(new Event(SIGNED_OUT))
  if (!response.ok) throw await errorOfResponse(response)
  const told: unknown = await response.json().catch(() => undefined)
  return (isEnvelope(told) ? told.data : told) as Answer
}

const isEnvelope = (told: unknown): told is { readonly success: true; readonly data: unknown } =>
  typeof told === 'object' && told !== null && 'success' in told && 'data' in told

/** The code of a failure that says nothing of itself, as when something between here and the server answers. */
export const UNREADABLE = 'unreadable'

/** What a refused request says. */
export async function errorOfResponse(response: Response): Promise<CallError> {
  const told: unknown = await response.json().catch(() => undefined)
  const { code, message, field } = (told as { error?: { code?: string; message?: string; field?: string } } | undefined)?.error ?? {}
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new CallError({
    code: code ?? UNREADABLE,
    message: message ?? `The server answered ${response.status}.`,
    status: response.status,
    field,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  })
}
