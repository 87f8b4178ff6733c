import type { Language, Topic } from '../../spec/index.ts'

/** What a mail says in one language: subject, paragraphs, and the one thing to do in it. `{name}` stands for a field. */
export type Letter = {
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly action?: { readonly label: string; readonly link: string }
}

/** Whether a mail is always sent, or only to who wants mails about its topic. */
export type LetterClass = { readonly class: 'critical' } | { readonly class: 'optional'; readonly topic: Topic }

/** A mail in every language; one that lacks a language does not compile. */
export type LetterEntry = LetterClass & Readonly<Record<Language, Letter>>
