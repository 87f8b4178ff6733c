import { createTransport } from 'nodemailer'
import { isEmail } from '../accounts/index.ts'
import { isLoopback } from '../lib/index.ts'
import type { Language, MailTemplate } from '../spec/index.ts'
import { renderMail } from './render.ts'

/**
 * A mail server and who writes; `url` as smtps://user:password@host:465, or smtp://… with STARTTLS. `answerMs` is how long an answer of it may take
 * where somebody waits for the mail, in milliseconds (20 s when left out); where nobody does, `stopped` ends the waiting for it.
 */
export type SmtpOptions = {
  readonly url: string
  readonly from: string
  readonly sender: string
  readonly language: Language
  readonly answerMs?: number
  readonly stopped?: AbortSignal
}

/** How one mail differs from others: in its language, by where mails like it are ended, and by whether nobody waits for it. */
export type Posting = { readonly language?: Language | undefined; readonly unsubscribe?: string | undefined; readonly isPatient?: boolean }

/** What carries one mail to one address; rejects with MailNotSentError. */
export type Post = {
  readonly send: (template: MailTemplate, to: string, fields: Readonly<Record<string, string>>) => Promise<void>
  readonly post: (letter: PostedLetter, posting: Posting) => Promise<void>
  readonly check: () => Promise<void>
}

/** A mail: which, to whom, and what it is filled with. */
export type PostedLetter = { readonly template: MailTemplate; readonly to: string; readonly fields: Readonly<Record<string, string>> }

/** A mail was not taken; `code` is the mail library's, or one of ours, no address and no word of the mail is in it. */
export class MailNotSentError extends Error {
  readonly code: string
  /** Whether the mail server was not there to take any mail. */
  readonly isUnreachable: boolean
  /** Whether the mail server says that nobody is at the address. */
  readonly isForGood: boolean
  constructor(code: string) {
    super(`a mail was not taken: ${code}`)
    this.name = 'MailNotSentError'
    this.code = code
    this.isUnreachable = UNREACHABLE.has(code)
    this.isForGood = code === RECIPIENT_REFUSED
  }
}

const UNREACHABLE: ReadonlySet<string> = new Set(['stopped', 'EAUTH', 'ECONNECTION', 'EDNS', 'EPROTOCOL', 'ESOCKET', 'ETIMEDOUT', 'ETLS'])

const RECIPIENT_REFUSED = 'recipient_refused'

const TIMEOUT_MS = 20_000
/**
 * Whoever gives up sooner sends a mail again that was taken: a server may look at it for so long before it says that it takes it. Source: RFC 5321
 * §4.5.3.2.6 (2008-10).
 */
const PATIENT_MS = 600_000

/** Mail over SMTP, encrypted but on this machine itself. Sending throws MailNotSentError, also for what is no single e-mail address. */
export function smtpMailer({ url, from, sender, language, answerMs = TIMEOUT_MS, stopped }: SmtpOptions): Post {
  const [prompt, patient] = [transportOf(url, answerMs), transportOf(url, PATIENT_MS)]
  const post: Post['post'] = async ({ template, to, fields }, { language: own = language, unsubscribe, isPatient = false }) => {
    // The library takes a line break in an address for another recipient.
    if (!isEmail(to)) throw new MailNotSentError('address_refused')
    const mail = renderMail(template, fields, { language: own, sender, unsubscribe })
    const headers = unsubscribe === undefined ? AUTOMATIC : { ...AUTOMATIC, ...endedBy(unsubscribe) }
    const letter = { from: { name: sender, address: from }, to: { name: '', address: to }, ...mail, headers }
    await told(isPatient ? unlessStopped(() => patient.sendMail(letter), stopped) : prompt.sendMail(letter))
  }
  return {
    post,
    send: (template, to, fields) => post({ template, to, fields }, {}),
    check: async () => void (await told(prompt.verify())),
  }
}

function transportOf(url: string, answerMs: number) {
  const server = new URL(url)
  return createTransport({
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port === '' ? (server.protocol === 'smtps:' ? 465 : 587) : server.port),
    secure: server.protocol === 'smtps:',
    requireTLS: server.protocol === 'smtp:' && !isLoopback(server.hostname),
    tls: { minVersion: 'TLSv1.2' },
    ...(server.username === '' ? {} : { auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) } }),
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: answerMs },
    ...{ disableFileAccess: true, disableUrlAccess: true, logger: false, debug: false },
  })
}

/** That nobody's holiday reply answers it. Source: RFC 3834 §5 (2004-08). */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated' }

/**
 * Lets a mail program end mails of a kind with one press, without anybody signing in. Source: RFC 2369 §3.2 (1998-07); RFC 8058 §3.1 (2017-01);
 * https://www.rfc-editor.org/rfc/rfc8058 (2026-11-26).
 */
const endedBy = (url: string) => ({ 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' })

/** A mail whose answer was not waited for is sent again, after the start. */
async function unlessStopped<T>(send: () => Promise<T>, stopped: AbortSignal | undefined): Promise<T> {
  if (stopped === undefined) return await send()
  return await new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(new MailNotSentError('stopped'))
    if (stopped.aborted) return stop()
    stopped.addEventListener('abort', stop, { once: true })
    void send()
      .then(resolve, reject)
      .finally(() => stopped.removeEventListener('abort', stop))
  })
}

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    if (isRecipientRefused(thrown)) throw new MailNotSentError(RECIPIENT_REFUSED)
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
    throw new MailNotSentError(/^[A-Za-z_]{1,40}$/.test(code) ? code : 'unknown')
  }
}

/**
 * Whether a mail server refused the address for good; not where it takes nothing from us (5.7), or nothing from who writes (5.1.7, 5.1.8). Source:
 * RFC 5321 §4.2.1 (2008-10); RFC 3463 §3.2, §3.8 (2003-01).
 */
function isRecipientRefused(thrown: unknown): boolean {
  if (!(thrown instanceof Error && 'command' in thrown && thrown.command === 'RCPT TO' && 'response' in thrown)) return false
  return /^5\d\d(?![ -]5\.(?:7\.|1\.[78]\b))/.test(String(thrown.response))
}
