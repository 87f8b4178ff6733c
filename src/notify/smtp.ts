import { createTransport } from 'nodemailer'
import { isEmail } from '../accounts/index.ts'
import { isLoopback } from '../lib/index.ts'
import type { Language, MailTemplate } from '../spec/index.ts'
import { renderMail } from './render.ts'

/** A mail server and who writes; `url` as smtps://user:password@host:465, or smtp://… with STARTTLS. */
export type SmtpOptions = { readonly url: string; readonly from: string; readonly sender: string; readonly language: Language }

/** How one mail differs from others: in its language, and by where mails like it are ended. */
export type Posting = { readonly language?: Language | undefined; readonly unsubscribe?: string | undefined }

/** What carries one mail to one address; rejects with MailNotSentError. */
export type Post = {
  readonly send: (template: MailTemplate, to: string, fields: Readonly<Record<string, string>>) => Promise<void>
  readonly post: (letter: PostedLetter, posting: Posting) => Promise<void>
  readonly check: () => Promise<void>
}

/** A mail: which, to whom, and what it is filled with. */
export type PostedLetter = { readonly template: MailTemplate; readonly to: string; readonly fields: Readonly<Record<string, string>> }

/** A mail was not taken; `code` is the mail library's, no address and no word of the mail is in it. */
export class MailNotSentError extends Error {
  readonly code: string
  /** Whether the mail server was not there to take any mail. */
  readonly isUnreachable: boolean
  constructor(code: string) {
    super(`a mail was not taken: ${code}`)
    this.name = 'MailNotSentError'
    this.code = code
    this.isUnreachable = UNREACHABLE.has(code)
  }
}

const UNREACHABLE: ReadonlySet<string> = new Set(['EAUTH', 'ECONNECTION', 'EDNS', 'EPROTOCOL', 'ESOCKET', 'ETIMEDOUT', 'ETLS'])

const TIMEOUT_MS = 20_000

/** Mail over SMTP, encrypted but on this machine itself. Sending throws MailNotSentError, also for what is no single e-mail address. */
export function smtpMailer({ url, from, sender, language }: SmtpOptions): Post {
  const server = new URL(url)
  const transport = createTransport({
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port === '' ? (server.protocol === 'smtps:' ? 465 : 587) : server.port),
    secure: server.protocol === 'smtps:',
    requireTLS: server.protocol === 'smtp:' && !isLoopback(server.hostname),
    tls: { minVersion: 'TLSv1.2' },
    ...(server.username === '' ? {} : { auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) } }),
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true, logger: false, debug: false },
  })
  const post: Post['post'] = async ({ template, to, fields }, { language: own = language, unsubscribe }) => {
    // The library takes a line break in an address for another recipient.
    if (!isEmail(to)) throw new MailNotSentError('address_refused')
    const mail = renderMail(template, fields, { language: own, sender, unsubscribe })
    const headers = unsubscribe === undefined ? AUTOMATIC : { ...AUTOMATIC, ...endedBy(unsubscribe) }
    await told(transport.sendMail({ from: { name: sender, address: from }, to: { name: '', address: to }, ...mail, headers }))
  }
  return {
    post,
    send: (template, to, fields) => post({ template, to, fields }, {}),
    check: async () => void (await told(transport.verify())),
  }
}

/** That nobody's holiday reply answers it. Source: RFC 3834 §5 (2004-08). */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated' }

/**
 * Lets a mail program end mails of a kind with one press, without anybody signing in. Source: RFC 2369 §3.2 (1998-07); RFC 8058 §3.1 (2017-01);
 * https://www.rfc-editor.org/rfc/rfc8058 (2026-11-26).
 */
const endedBy = (url: string) => ({ 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' })

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
    throw new MailNotSentError(/^[A-Za-z_]{1,40}$/.test(code) ? code : 'unknown')
  }
}
