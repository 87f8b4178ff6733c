import { z } from 'zod'
import type { BotSettings } from './bot-api.ts'

/** What people read when a field of the Telegram part of farebox.yaml is not right. */
export const TELEGRAM_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  telegram: { expected: 'a mapping with token', mend: 'leave it out to write to no chats' },
  'telegram.token': { expected: 'the token of a bot, as BotFather gives it', mend: 'write it like ${TELEGRAM_BOT_TOKEN}' },
  'telegram.api_url': { expected: 'the https address of a Bot API server', mend: "leave it out for Telegram's own" },
}

const told = (path: string): string => TELEGRAM_FIELDS[path]?.expected ?? ''

/** Where Telegram serves bots. Source: https://core.telegram.org/bots/api#making-requests (2026-11-26). */
export const TELEGRAM_URL = 'https://api.telegram.org'

/** The Telegram part of farebox.yaml. */
export const telegramBlock = z
  .strictObject({
    token: z
      .string()
      .regex(/^\d{3,20}:[\w-]{20,100}$/)
      .describe(told('telegram.token')),
    api_url: z
      .string()
      .max(200)
      .regex(/^https:\/\/[\w.:-]+$|^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?$/)
      .describe(told('telegram.api_url'))
      .optional(),
  })
  .describe(told('telegram'))

/** The bot, by what is written of it; undefined where nothing is. */
export const botSettingsOf = (written: z.output<typeof telegramBlock> | undefined): BotSettings | undefined =>
  written && { token: written.token, apiUrl: written.api_url ?? TELEGRAM_URL }
