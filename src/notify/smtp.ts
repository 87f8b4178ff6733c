import { createTransport } from 'nodemailer'
import { isEmail } from '../accounts/index.ts'
import { isLoopback } from '../lib/index.ts'
import type { Mailer } from '../spec/index.ts'
import type { MailLanguage } from './letters.ts'
import { renderMail } from './render.ts'

/** A mail server and who writes; `url` as smtps://user:password@host:465, or smtp://… with STARTTLS. */
export type SmtpOptions = { readonly url: string; readonly from: string; readonly sender: string; readonly language: MailLanguage }

/** A mail was not taken; `code` is the mail library's, no address and no word of the mail is in it. */
export class MailNotSentError extends Error {
  readonly code: string
  constructor(code: string) {
    super(`a mail was not taken: ${code}`)
    this.name = 'MailNotSentError'
    this.code = code
  }
}

const TIMEOUT_MS = 20_000

/** Mail over SMTP, encrypted but on this machine itself. Sending throws MailNotSentError, also for what is no single e-mail address. */
export function smtpMailer({ url, from, sender, language }: SmtpOptions): Mailer & { readonly check: () => Promise<void> } {
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
  return {
    send: async (template, to, fields) => {
      // The library takes a line break in an address for another recipient.
      if (!isEmail(to)) throw new MailNotSentError('address_refused')
      const mail = renderMail(template, fields, { language, sender })
      await told(transport.sendMail({ from: { name: sender, address: from }, to: { name: '', address: to }, ...mail, headers: AUTOMATIC }))
    },
    check: async () => void (await told(transport.verify())),
  }
}

/** That nobody's holiday reply answers it. Source: RFC 3834 §5 (2004-08). */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated' }

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
    throw new MailNotSentError(/^[A-Za-z_]{1,40}$/.test(code) ? code : 'unknown')
  }
}
