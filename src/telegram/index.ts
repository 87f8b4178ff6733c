/** Alerts by Telegram to people who bound a chat of theirs. Never writes to a chat that did not ask, and keeps nothing that is written to the bot. */
export { type BindingParts, boundSince, CODE_MINUTES, chatOf, makeCode, unbindAccount } from './bind-chat.ts'
export { BotError, type BotSettings, readBotName, sendMessage } from './bot-api.ts'
export { telegramReaders } from './cell-readers.ts'
export { TELEGRAM_DATA } from './personal-data.ts'
export { type ListeningParts, readCommands } from './read-commands.ts'
export { botSettingsOf, TELEGRAM_FIELDS, telegramBlock } from './settings.ts'
