/** Letters to customers: what they say, in which languages, who wants them, and SMTP. Never keeps an address or a mail, and takes no free text. */
export {
  ANNOUNCEMENT_AUDIENCES,
  type Announcement,
  type AnnouncementPage,
  getAnnouncement,
  listAnnouncements,
  type NewAnnouncement,
  publishAnnouncement,
  publishDue,
  withdrawAnnouncement,
} from './announcements.ts'
export { concernsLine } from './concern-words.ts'
export { LETTERS, type Letter, type LetterClass, type LetterEntry } from './letters/index.ts'
export { MAIL_FIELDS, WEBHOOK_FIELDS } from './message-fields.ts'
export { countNews, newsSeenAt, noteNewsSeen } from './news-seen.ts'
export { NOTIFY_DATA } from './personal-data.ts'
export { type AccountLetter, type ChatPost, type PersonalMailer, type PersonalMailerParts, personalMailer } from './personal-mailer.ts'
export { type Rendered, renderMail, renderMessage } from './render.ts'
export { sampleFields } from './sample-fields.ts'
export {
  CHANNELS,
  type Channel,
  changeSettings,
  type NotificationSettings,
  readSettings,
  rememberLanguage,
  type SettingsChange,
} from './settings.ts'
export { MailNotSentError, type Post, type PostedLetter, type Posting, type SmtpOptions, smtpMailer } from './smtp.ts'
export { TOPIC_NAMES } from './topic-names.ts'
export { readUnsubscribeToken, type Unsubscribing, unsubscribeToken } from './unsubscribe-token.ts'
