import { MailNotSentError, smtpMailer } from '../../notify/index.ts'
import { type Check, configOf, plain } from './finding.ts'

/** Whether the mail server answers and takes the sign-in; nothing is sent. */
export const checkMail: Check = async (setup) => {
  const mail = configOf(setup)?.mail
  if (mail === undefined) return [plain('ok', 'mail', 'none is set up: no mail is sent (FAREBOX_SMTP_URL, FAREBOX_MAIL_FROM)')]
  try {
    await smtpMailer({ url: mail.smtpUrl, from: mail.from, sender: 'Farebox', language: 'en' }).check()
    return [plain('ok', 'mail', 'the server of FAREBOX_SMTP_URL answers')]
  } catch (thrown) {
    if (!(thrown instanceof MailNotSentError)) throw thrown
    return [plain('failed', 'mail', `the server of FAREBOX_SMTP_URL does not answer (${thrown.code}); check host, port, user and password`)]
  }
}
