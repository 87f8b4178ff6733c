/** Letters to customers: what they say, in which languages, and SMTP. Never keeps an address or a mail, and takes no free text. */
export { LETTERS, MAIL_CLASSES, MAIL_LANGUAGES, type MailLanguage } from './letters.ts'
export { type Rendered, renderMail } from './render.ts'
export { MailNotSentError, type SmtpOptions, smtpMailer } from './smtp.ts'
