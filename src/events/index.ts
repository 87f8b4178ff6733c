/** What happened to accounts, noted by the database where it happens, and who is told of it: by letter, chat or webhook. Never holds a word of a person. */
export { hookEvents } from './hook-events.ts'
export { type AccountEvent, type LetterParts, letterOf } from './letter-of.ts'
export { ALERT_KINDS, type Alert, type AlertKind, listAlerts, noteAlertsSeen } from './list-alerts.ts'
export { noteGiftEnds } from './note-gifts.ts'
export { noteShorterRetention } from './note-retention.ts'
export { noteSpending } from './note-spending.ts'
export { EVENT_DATA } from './personal-data.ts'
export { type TellingParts, tellEvents } from './tell-events.ts'
